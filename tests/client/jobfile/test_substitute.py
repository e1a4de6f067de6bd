"""Values arrive as they are, whatever the shell would make of them."""

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lazward.errors import ConfigError
from lazward.jobfile.substitute import substitute

HOSTILE = [
    "; touch hacked",
    "$(touch hacked)",
    "`touch hacked`",
    "' ; touch hacked ; '",
    '" ; touch hacked ; "',
    "$HOME",
    "a\\",
    "a'b\"c",
    "two\nlines",
    "-n",
    "*",
    "~",
    "",
    " ",
    "é🏃",
]

texts = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=20)


def said(command, cwd):
    done = subprocess.run(["/bin/sh", "-c", command], cwd=cwd, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    ("command", "around"),
    [
        ("printf '%s|' ${{inputs.x}}", ""),
        ("printf '%s|' a${{inputs.x}}b", "ab"),
        ("printf '%s|' \"${{inputs.x}}\"", ""),
        ("printf '%s|' '${{inputs.x}}'", ""),
        ("# it's a comment\nprintf '%s|' ${{ inputs.x }}", ""),
        ("printf '%s|' \"it's \"${{inputs.x}}", "it's "),
        ("true;# don't\nprintf '%s|' ${{inputs.x}}", ""),
        ("printf '%s|' \\'${{inputs.x}}", "'"),
    ],
)
def test_hostile_values_are_one_literal_word(tmp_path, command, around, value):
    out = said(substitute(command, {"inputs.x": value}), tmp_path)
    expected = f"a{value}b" if around == "ab" else around + value
    assert out == f"{expected}|"
    assert not (tmp_path / "hacked").exists()


@settings(max_examples=60, deadline=None)
@given(texts, st.sampled_from(["{}", '"{}"', "'{}'", "x'y'\"z\"{}"]))
@example("'$(true)'", '"{}"')
def test_any_value_arrives_as_it_is(value, quoting):
    word = quoting.format("${{inputs.x}}")
    expected = "xyz" + value if quoting.startswith("x") else value
    assert said(substitute(f"printf '%s|' {word}", {"inputs.x": value}), None) == f"{expected}|"


PIECES = ["'", '"', "\\", "#", "$", "$(a ", ")", "`", "<<a", "\n", " ", "${a:-", "}", "a", ";"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=10),
    st.lists(st.sampled_from(["'", '"', "", "\n", ")"]), max_size=2),
    st.sampled_from(
        ["; echo bad #", "$(echo bad)", "`echo bad`", "\necho bad\n", "(echo bad)", "'$(echo bad)'"]
    ),
)
@example(['"', "$(a ", '"'], ['"', ")", '"'], "$(echo bad)")
@example(["<<a", "\n"], ["\n", "a"], "$(echo bad)")
@example(["#", "a"], [], "\necho bad\n")
@example(['"', "$"], ['"'], "(echo bad)")
def test_no_command_around_it_lets_a_value_be_run(before, after, value):
    """A value is a text whatever stands around it, or it is refused."""
    try:
        command = substitute(f"{''.join(before)}${{{{inputs.x}}}}{''.join(after)}", {"inputs.x": value})
    except ConfigError:
        return
    with tempfile.TemporaryDirectory() as folder:
        ran = Path(folder) / "ran"
        subprocess.run(
            ["/bin/sh", "-c", f"echo() {{ : > '{ran}'; }}\n{command}"],
            cwd=folder,
            env={"PATH": "/nowhere"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
        )
        assert not ran.exists()


def test_plain_values_stay_readable():
    values = {"inputs.rate": "0.001", "inputs.data": "data/train.csv", "outputs.model": "outputs/model"}
    command = "python t.py --rate ${{inputs.rate}} ${{inputs.data}} ${{ outputs.model }}/x $HOME"
    assert substitute(command, values) == "python t.py --rate 0.001 data/train.csv outputs/model/x $HOME"


@pytest.mark.parametrize("name", ["inputs.y", "input.x", "x", "outputs.x", "search_space.x", ""])
def test_unknown_placeholders_name_the_known_ones(name):
    with pytest.raises(ConfigError, match=r"nothing is known of .* there are inputs\.x, inputs\.z"):
        substitute(f"echo ${{{{{name}}}}}", {"inputs.x": "1", "inputs.z": "2"})


def test_without_inputs_the_error_says_so():
    with pytest.raises(ConfigError, match="no inputs and no outputs"):
        substitute("echo ${{inputs.x}}", {})


@pytest.mark.parametrize(
    "command",
    [
        'echo "$(cat "${{inputs.x}}")"',
        "echo `cat ${{inputs.x}}`",
        "cat <<END\n${{inputs.x}}\nEND",
        'echo "${V:-"${{inputs.x}}"}"',
        "echo # ${{inputs.x}}",
        "echo \\${{inputs.x}}",
        'echo "$${{inputs.x}}"',
        "echo $'it\\'s' ${{inputs.x}}",
    ],
)
def test_where_quoting_cannot_be_known_only_plain_values_pass(command):
    assert "plain-1.0" in substitute(command, {"inputs.x": "plain-1.0"})
    with pytest.raises(ConfigError, match="mean something to the shell"):
        substitute(command, {"inputs.x": "a b"})


def test_a_nul_is_refused():
    with pytest.raises(ConfigError, match="NUL"):
        substitute("echo ${{inputs.x}}", {"inputs.x": "a\0b"})
