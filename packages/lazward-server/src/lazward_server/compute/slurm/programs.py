"""Calling Slurm's programs: one question each, with nothing of the server's own environment in a job."""

from collections.abc import Sequence
from typing import NamedTuple

from lazward.errors import InvalidRequest, Unavailable
from lazward_server.compute.commands import Commands, Ran
from lazward_server.compute.slurm import listing
from lazward_server.compute.slurm.listing import Row
from lazward_server.compute.slurm.script import log_of, variables_of

_QUICK = 20.0
"""Seconds in which Slurm answers, or is taken not to."""
_TIMES = ("env", "SLURM_TIME_FORMAT=%s")
_CLEAN = (
    'env -i HOME="$HOME" PATH="$PATH" USER="$(id -un)" LOGNAME="$(id -un)"'
    ' ${SLURM_CONF:+"SLURM_CONF=$SLURM_CONF"}'
)
"""What a job inherits: not the secrets of who submits it, nor its ``SBATCH_*``, which go before a script."""
_SUBMIT = f"""\
umask 077
mkdir -p -- "$1" && cd -- "$1" && mkdir -p launchers tokens programs || exit 73
[ -e "$3" ] || exit 74
IFS= read -r variables
printf '%s\\n' "$variables" > "$2" || exit 73
{_CLEAN} sbatch --parsable --chdir="$PWD" && exit
status=$?; rm -f -- "$2"; exit $status"""
"""Reads the variables and behind them the script, so that none is a word of a command line.

What holds the token is a file of the user's own (mode 0600) in a folder of the user's own: Slurm keeps
scripts and environments of jobs where its operators read them, and a shared folder is how a node gets a file
at all. The job removes it when it begins."""
_BRING = """\
umask 077
mkdir -p -- "$1/programs" && cd -- "$1" && cat > "$2.part$$" && mv -- "$2.part$$" "$2" || exit 73"""
_CANCEL = 'cd -- "$1" && rm -f -- "$2"; exec scancel --name="$3" "$4"'
_TAIL = 'cd -- "$1" && tail -c 2000 -- "$2"'
_PASSING = (
    "slurm controller", "Socket timed out", "temporarily", "try again", "Connection refused", "standby"
)  # fmt: skip
"""What is in the words of ``sbatch`` where a later attempt may go well."""
_NO_PROGRAM = 74
_NOT_SLURM = (73, 126, 127)
"""What a shell exits with where a folder cannot be made, or there is no ``sbatch``."""
_LONGEST = 500


class Program(NamedTuple):
    """A program that is brought along.

    Attributes:
        file: Where it is to be, below the target's folder; another content has another name.
        content: The file.
    """

    file: str
    content: bytes


class Programs:
    """Slurm, asked by its own programs.

    Args:
        commands: Where they are.
        folder: The folder that the nodes share with that place.
    """

    def __init__(self, commands: Commands, folder: str) -> None:
        self._commands = commands
        self._folder = folder

    def submit(self, name: str, script: str, variables: bytes, program: Program) -> str:
        """Submit a batch script, and bring the program along that it runs if need be; its number.

        Args:
            name: The job's name.
            script: The script.
            variables: A line, which the program reads.
            program: The program.

        Raises:
            InvalidRequest: Slurm refuses it, in its own words.
            Unavailable: Slurm does not answer; nothing of the job is left.
        """
        told = variables + script.encode()
        try:
            ran = self._shell(_SUBMIT, variables_of(name), program.file, stdin=told)
            if ran.exit_code == _NO_PROGRAM:
                self._bring(program)
                ran = self._shell(_SUBMIT, variables_of(name), program.file, stdin=told)
        except Unavailable:
            self._withdraw(name)
            raise
        if ran.exit_code:
            raise _refused(ran)
        return ran.stdout.decode().strip().partition(";")[0]

    def queue(self) -> dict[str, Row]:
        """All jobs of this user that Slurm remembers, by number.

        Raises:
            Unavailable: It does not answer.
        """
        words = (*_TIMES, "squeue", "--me", "--noheader", "--states=all", f"--format={listing.FORMAT}")
        ran = self._commands.run(words, seconds=_QUICK)
        if ran.exit_code:
            raise Unavailable(f"Slurm does not answer: {_words(ran)}")
        return listing.queue(ran.stdout.decode(errors="replace"))

    def cancel(self, number: str, name: str) -> None:
        """Cancel a job of this name and number, and forget its token.

        Raises:
            Unavailable: It cannot be asked for.
        """
        self._shell(_CANCEL, variables_of(name), name, number)

    def record(self, number: str, name: str) -> Row | None:
        """What Slurm still knows of a job of this name and number, wherever it keeps that; None for nothing.

        Raises:
            Unavailable: It does not answer.
        """
        for words, read in (
            (("scontrol", "show", "job", "--oneliner", number), listing.job),
            (_sacct(number, listing.COLUMNS), listing.accounted),
            (_sacct(number, listing.COMPLETION_COLUMNS, "--completion"), listing.accounted),
        ):
            ran = self._commands.run(words, seconds=_QUICK)
            row = None if ran.exit_code else read(ran.stdout.decode(errors="replace"), number)
            if row is not None and row.name == name:
                return row
        return None

    def printed(self, name: str) -> str:
        """The last that a job's launcher, and Slurm on its node, have printed.

        Raises:
            Unavailable: One cannot look.
        """
        ran = self._shell(_TAIL, log_of(name))
        return ran.stdout.decode(errors="replace").replace("\0", "").strip() if not ran.exit_code else ""

    def close(self) -> None:
        """Let go what is held."""
        self._commands.close()

    def _bring(self, program: Program) -> None:
        ran = self._shell(_BRING, program.file, stdin=program.content)
        if ran.exit_code:
            raise Unavailable(f"The launcher cannot be put into the target's folder: {_words(ran)}")

    def _withdraw(self, name: str) -> None:
        """Cancel what may have been submitted although nobody heard so; its token is dead in any case."""
        try:
            self._commands.run(("scancel", "--me", f"--name={name}"), seconds=_QUICK)
        except Unavailable:
            return

    def _shell(self, lines: str, *words: str, stdin: bytes = b"") -> Ran:
        """Run lines of shell, to which the folder and these are parameters."""
        home = f'case $1 in /*) ;; *) f="$HOME/$1"; shift; set -- "$f" "$@";; esac\n{lines}'
        return self._commands.run(("sh", "-c", home, "sh", self._folder, *words), stdin, _QUICK)


def _sacct(number: str, columns: str, *options: str) -> Sequence[str]:
    return ("sacct", *options, f"--jobs={number}", "--parsable2", f"--format={columns}")


def _refused(ran: Ran) -> InvalidRequest | Unavailable:
    words = _words(ran)
    if ran.exit_code in _NOT_SLURM:
        return Unavailable(f"The job cannot be handed to Slurm: {words}")
    if any(passing in words for passing in _PASSING):
        return Unavailable(f"Slurm does not answer: {words}")
    return InvalidRequest(f"Slurm refuses the job: {words}")


def _words(ran: Ran) -> str:
    """What a program complained of, without its own name before each line."""
    lines = ran.stderr.decode(errors="replace").splitlines()
    kept = [line.partition("error: ")[2] or line for line in lines if line.strip()]
    return " ".join(kept)[-_LONGEST:] or f"exit code {ran.exit_code}."
