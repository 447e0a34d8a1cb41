"""What a process does before its plugin is served, in real processes."""
import os
import pathlib
import signal
import subprocess
import sys
import unittest

KIT = pathlib.Path(__file__).resolve().parent.parent
HOSTED = {"DOUGONG_PLUGIN": "dougong.plugin.v1", "DOUGONG_LIFELINE": "stdin", "PYTHONPATH": str(KIT), "PYTHONDONTWRITEBYTECODE": "1"}
PLUGIN = "import dougong\nplugin = dougong.Plugin('com.example.test', '1.2.3')\n"


def start(program, env, **options):
    return subprocess.Popen([sys.executable, "-c", program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, process_group=0, **options)


def finish(process):
    """Wait with the lifeline open, unlike communicate; what is printed has to be short."""
    code = process.wait(30)
    out, err = process.stdout.read(), process.stderr.read()
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    return code, out, err


class BootTest(unittest.TestCase):
    def test_by_hand(self):
        process = start(PLUGIN + "plugin.run()", {"PYTHONPATH": str(KIT)})
        code, out, err = finish(process)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("this is the Dougong plugin com.example.test 1.2.3. It is started by a host", err)

    def test_prints_go_to_standard_error(self):
        process = start("import dougong, os\nprint('by Python', flush=True)\nos.system('echo by a child')", HOSTED)
        self.assertEqual(finish(process), (0, "", "by Python\nby a child\n"))

    def test_end_of_the_lifeline(self):
        """The host's end closes: the process and its child are killed, even in the middle of a loop."""
        process = start("import dougong, subprocess\nchild = subprocess.Popen(['sleep', '60'])\n"
                        "import sys\nprint(child.pid, file=sys.stderr, flush=True)\nwhile True: pass", HOSTED)
        child = int(process.stderr.readline())
        process.stdin.close()
        self.assertEqual(process.wait(30), -signal.SIGKILL)
        self.assertEqual(process.stderr.read(), "")  # the child had it open, too
        process.stdout.close()
        process.stderr.close()
        self.gone(child)

    def test_the_host_dies(self):
        """children=True: the signal that announces the host's death ends the group."""
        process = start(PLUGIN + "import subprocess, sys, time\nfrom dougong import _boot\n_boot.outlive_host()\n"
                        "child = subprocess.Popen(['sleep', '60'])\nprint(child.pid, file=sys.stderr, flush=True)\ntime.sleep(60)", HOSTED)
        child = int(process.stderr.readline())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), -signal.SIGKILL)
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.read() if pipe is process.stderr else None
            pipe.close()
        self.gone(child)

    def test_a_host_of_another_version(self):
        process = start(PLUGIN + "plugin.run()", {**HOSTED, "PLUGIN_PROTOCOL_VERSIONS": "2,3"})
        code, out, err = finish(process)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("the host speaks version 2,3 of the plugin protocol, this kit 1", err)

    def gone(self, pid):
        while True:
            try:
                os.kill(pid, 0)
                if ") Z " in pathlib.Path(f"/proc/{pid}/stat").read_text():
                    return
            except (ProcessLookupError, FileNotFoundError):
                return


if __name__ == "__main__":
    unittest.main()
