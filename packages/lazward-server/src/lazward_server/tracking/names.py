"""Names for runs and logged models that were given none: adjective-animal-number."""

import secrets

_ADJECTIVES = (
    "able agile amber ample azure bold brave bright brisk calm candid capable careful cheerful clean clear "
    "clever crisp curious daring deft eager earnest elegant exact fair fearless fine fleet fond frank free "
    "gentle glad golden grand happy hardy honest humble jolly keen kind lively loyal lucid mellow merry mild "
    "modest neat nimble noble patient placid polite proud quick quiet rapid rare ready shy silver sincere "
    "smart smooth solid spry stately steady swift tidy upbeat vivid warm wise witty zesty"
).split()
_ANIMALS = (
    "ant ape auk bat bear bee bison boar carp cat chough colt crab crane crow deer dove duck eagle eel elk "
    "ewe falcon finch fish fly fox frog gnat goat goose grouse gull hare hawk hen heron horse hound ibex jay "
    "kite kudu lamb lark loon lynx mink mole moose moth mouse mule newt owl ox perch pig pony pug quail ram "
    "rat ray robin rook seal shad shark sheep shrew skink slug smelt snail snake sow stag stoat stork swan "
    "tern toad trout vole wasp whale wolf worm wren yak"
).split()


def random_name() -> str:
    """A name that people can say and tell apart, such as ``azure-lynx-407``."""
    return f"{secrets.choice(_ADJECTIVES)}-{secrets.choice(_ANIMALS)}-{secrets.randbelow(1000)}"
