"""One run of one demo: what it is given, what it must give back, and what becomes of everything else."""

from __future__ import annotations

import os
import socket
import sys
import tempfile

import pytest
from tests.demo_runner.invented import GOOD, KEY, SVG, job_of, run, wall

from shoulders.demo import job
from shoulders.demo.job import Job, run_job


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where runs have their temporary folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def failure(body: str) -> str:
    """The only failure of a demo that gives no report."""
    outcome = run(body)
    (only,) = outcome.failures
    assert outcome.report is None
    assert not outcome.passed
    return only


def test_a_good_run_gives_its_report_and_figure():
    outcome = run("report(claim('a', 2), claim('b', 3, at_most=4), caption='c')\nFIGURE.write_text(svg('<g/>'))\n")
    assert outcome.failures == ()
    assert outcome.passed
    assert outcome.report
    assert [(claim.statement, claim.value) for claim in outcome.report.claims] == [("a", 2), ("b", 3)]
    assert outcome.report.caption == "c"
    assert outcome.figure == SVG.format("<g/>")
    assert outcome.output == ""
    assert outcome.network == ("closed by the kernel" if wall() else "closed in Python")


def test_seed_and_device_arrive_and_a_figure_is_drawn_only_when_it_is_asked_for():
    body = "report(config={'seed': SEED, 'device': ARGUMENTS['--device'], 'figure': '--figure' in ARGUMENTS})\n"
    outcome = run(body, seed=5, figure=False)
    assert outcome.report
    assert outcome.report.config == {"seed": 5, "device": "cpu", "figure": False}


def test_files_in_folders_are_there_to_import():
    files = {"demo.py": b"import tasks.strings\n", "tasks/__init__.py": b"", "tasks/strings.py": b"raise SystemExit(7)"}
    assert run_job(Job("demo", KEY, files)).failures == ("ended with exit code 7 and wrote no report",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "ended with exit code 0 and wrote no report"),
        ("os._exit(0)\n", "ended with exit code 0 and wrote no report"),
        ("sys.exit(3)\n", "ended with exit code 3 and wrote no report"),
        ("import no_such_library\n", "ended with exit code 1 and wrote no report"),
        ("ctypes.string_at(0)\n", "was ended by SIGSEGV"),
        ("os.abort()\n", "was ended by SIGABRT"),
        (GOOD + "ctypes.string_at(0)\n", "was ended by SIGSEGV"),
        (
            "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28)); x = b'x' * 2**30\n",
            "ended with exit",
        ),
        ("report(claim(value=float('nan')))\n", "report: claims.0.value: expected a finite number, got 'nan'"),
        ("report(claim(value=float('inf')))\n", "report: claims.0.value: expected a finite number, got 'inf'"),
        (
            "report(claim(value=-float('inf'), at_most=0))\n",
            "report: claims.0.value: expected a finite number, got '-inf'",
        ),
        ("report(claim(at_least=float('nan')))\n", "report: claims.0.at_least: expected a finite number, got 'nan'"),
        (
            "report(entry='other-2010-key')\n",
            f"report: entry: expected the key on its card, '{KEY}', got 'other-2010-key'",
        ),
        ("report(claims=[])\n", "report: expected at least one claim with a bound, got none"),
        ("report(claim(at_least=None))\n", "report: expected at least one claim with a bound, got none"),
        ("report(claim(), claim())\n", "report: expected each statement once, got 'it holds' twice"),
        ("report(more=1)\n", "report: more: expected a known field, got another"),
        ("report(seconds='1')\n", "report: seconds: expected a number, got '1'"),
        (
            "report(claim('a\\nb'))\n",
            "report: claims.0.statement: expected a text of at most 400 characters that all show",
        ),
        ("report(caption='\\x1b[31m')\n", "report: caption: expected a text of at most 400 characters that all show"),
        ("report(caption='\\u202e')\n", "report: caption: expected a text of at most 400 characters that all show"),
        ("report(config={'n': 10**400})\n", "report: config.n: expected a number, a text, true or false"),
        ("report(config={'n': [1]})\n", "report: config.n: expected a number, a text, true or false, got a list"),
        ("REPORT.write_text('')\n", "report: expected JSON as shoulders writes it: Invalid JSON: EOF"),
        ("REPORT.write_text('no JSON')\n", "report: expected JSON as shoulders writes it: Invalid JSON"),
        ("REPORT.write_text('[]')\n", "report: expected a mapping, got a list"),
        ("REPORT.write_text('[' * 10**5)\n", "report: expected JSON as shoulders writes it: Invalid JSON: recursion"),
        ("REPORT.write_bytes(b'\\xff{}')\n", "report: expected UTF-8 in report.json, got the byte 0xff"),
        ("report(caption='x' * (10 << 20))\n", "report: expected at most 1024 KiB in report.json, got more"),
        ("os.mkfifo(REPORT)\n", "report: expected a file called report.json, got something else"),
        ("REPORT.mkdir()\n", "report: expected a file called report.json, got something else"),
        ("REPORT.symlink_to(Path('x').absolute()); report()\n", "report: expected a file called report.json, got what"),
        ("REPORT.symlink_to('nowhere')\n", "report: expected a file called report.json, got what cannot be read"),
    ],
)
def test_without_a_sound_report_a_demo_has_failed(body, said):
    assert failure(body).startswith(said)


@pytest.mark.parametrize(
    ("body", "failures"),
    [
        ("report(claim('s', 0.25))\nsys.exit(1)\n", ("s: expected ≥ 0.5, got 0.25",)),
        ("report(claim('s', 0.25))\n", ("s: expected ≥ 0.5, got 0.25", "ended with exit code 0")),
        ("report(claim('s', 1))\nsys.exit(1)\n", ("ended with exit code 1",)),
        ("report(claim('s', 9, at_least=1, at_most=2))\nsys.exit(1)\n", ("s: expected ≥ 1 ≤ 2, got 9",)),
        ("report(claim(), claim('seen', -5, at_least=None))\n", ()),
    ],
)
def test_exit_code_and_claims_say_the_same(body, failures):
    outcome = run(body)
    assert outcome.failures == failures
    assert outcome.report


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("FIGURE.write_text(svg('<script/>'))\n", "figure: expected a drawing, got the element 'script'"),
        ("FIGURE.write_text(svg('<g/>' * 200_000))\n", "expected at most 512 KiB in figure.svg, got more"),
        ("FIGURE.write_bytes(b'\\xff')\n", "expected UTF-8 in figure.svg, got the byte 0xff"),
        ("os.mkfifo(FIGURE)\n", "expected a file called figure.svg, got something else"),
        ("FIGURE.mkdir()\n", "expected a file called figure.svg, got something else"),
        ("Path('x').write_text(svg()); FIGURE.symlink_to(Path('x').absolute())\n", "expected a file called figure.svg"),
        ("FIGURE.write_text('')\n", "figure: expected SVG"),
    ],
)
def test_a_figure_that_does_more_than_draw_fails_the_demo(body, said):
    outcome = run(body + GOOD)
    (only,) = outcome.failures
    assert only.startswith(said)
    assert outcome.figure == ""


def test_line_ends_of_a_figure_are_made_one():
    outcome = run("FIGURE.write_bytes(svg('<g/>\\r\\n\\r').encode())\n" + GOOD)
    assert outcome.figure == SVG.format("<g/>\n\n")


def test_the_network_is_closed_in_python_and_where_the_system_lets_us_by_the_kernel():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        body = f"""
program = "import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
def refused():
    for act in (
        lambda: socket.create_connection(('127.0.0.1', {port}), 5),
        lambda: socket.getaddrinfo('example.org', 80),
        lambda: socket.gethostbyname('example.org'),
        lambda: socket.socket().bind(('127.0.0.1', 0)),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port})),
    ):
        try: act()
        except PermissionError as error: yield str(error) == 'the network is closed to demos'
other = subprocess.run([sys.executable, '-c', program], capture_output=True).returncode
report(claim('python', sum(refused()), at_least=5), claim('others', other, at_least=None))
"""
        outcome = run(body)
        assert outcome.failures == ()
        assert outcome.report
        if outcome.network == "closed by the kernel":
            assert outcome.report.claims[1].value == 1
            with pytest.raises(TimeoutError):
                server.accept()


def test_without_help_of_the_kernel_python_says_so(monkeypatch):
    monkeypatch.setattr(job, "_wall", tuple)
    outcome = run("try: socket.create_connection(('127.0.0.1', 9), 5)\nexcept PermissionError: report()\n")
    assert (outcome.failures, outcome.network) == ((), "closed in Python")


def test_no_secret_of_the_environment_arrives(monkeypatch):
    monkeypatch.setenv("SHOULDERS_SECRET", "hunter2")
    monkeypatch.setenv("GITHUB_TOKEN", "hunter2")
    monkeypatch.setenv("PYTHONPATH", "/hunter2")
    body = "report(claim(value=float(any('hunter2' in f'{k}{v}' for k, v in os.environ.items())), at_most=0))\n"
    assert run(body).failures == ()


def test_the_environment_of_who_asks_cannot_be_read():
    if "--user" not in wall():
        pytest.skip("this system lets nobody make a namespace of users, so /proc tells a demo of our other processes")
    body = f"try: Path('/proc/{os.getpid()}/environ').read_bytes()\nexcept PermissionError: report()\n"
    assert run(body).failures == ()


def test_a_demo_has_one_thread_and_a_home_of_its_own(folder):
    body = f"""
threads = [os.environ[name] for name in ('OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS')]
places = [os.environ['HOME'], os.environ['TMPDIR'], os.getcwd()]
ours = all(place.startswith({str(folder)!r}) for place in places)
report(claim('threads', float(threads == ['1'] * 3)), claim('places', float(ours)))
"""
    assert run(body).failures == ()


@pytest.mark.parametrize(
    "body",
    [
        "Path('mine').write_text('x'); Path.home().joinpath('mine').write_text('x')\n",
        "Path('a/b').mkdir(parents=True); Path('a/b/c').touch(); Path('a/b').chmod(0); Path('a').chmod(0)\n",
        "Path('..').chmod(0)\n",
        "Path('out').symlink_to('/'); Path('..', 'work', 'loop').symlink_to('..')\n",
        "time.sleep(0); os.kill(os.getpid(), signal.SIGKILL)\n",
    ],
)
def test_nothing_is_left_of_the_folder_in_which_a_demo_runs(body, folder):
    run(GOOD + body)
    assert list(folder.iterdir()) == []


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("x")
    precious.chmod(0o755)
    run(f"Path('out').symlink_to({str(precious)!r})\n" + GOOD)
    assert (precious / "file").read_text() == "x"
    assert precious.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("body", ["os.close(1); os.close(2)\n", "sys.stdout.close(); sys.stderr.close()\n"])
def test_a_demo_may_close_its_output(body):
    assert run(body + GOOD).failures == ()


def test_standard_input_is_empty():
    assert run("assert sys.stdin.read() == ''\n" + GOOD).failures == ()


def test_the_last_lines_of_a_failure_are_shown_without_what_acts_on_a_terminal():
    body = (
        "print('\\x1b[31mred\\x07 \\x9b1A \\u202e'); print('step: 1/2'); sys.stdout.buffer.write(b'\\xff\\n'); 1 / 0\n"
    )
    outcome = run(body)
    lines = outcome.output.split("\n")
    assert lines[0] == r"\x1b[31mred\x07 \x9b1A \u202e"
    assert lines[1] == "\ufffd"
    assert lines[2] == "Traceback (most recent call last):"
    assert not [line for line in lines if "child.py" in line]
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_few_and_short_lines_are_shown():
    outcome = run("for i in range(100): print(i, 'x' * 1000)\nsys.exit(2)\n")
    lines = outcome.output.split("\n")
    assert len(lines) == 12
    assert max(map(len, lines)) == 400


def test_a_job_that_cannot_start_is_a_failure(monkeypatch, folder):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    monkeypatch.setattr(job, "_wall", tuple)
    (only,) = run(GOOD).failures
    assert only.startswith("could not be run: ")
    assert list(folder.iterdir()) == []


def test_a_job_says_its_seed_where_it_is_not_the_first():
    assert [job_of("", seed=seed).title for seed in (0, 3)] == ["demo", "demo (seed 3)"]
