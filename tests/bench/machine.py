"""Where and with what the figures were measured."""
import os
import pathlib
import platform
import subprocess


def first_line(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def cache():
    path = pathlib.Path("/sys/devices/system/cpu/cpu0/cache/index3/size")
    return f", {path.read_text(encoding='utf-8').strip()} of third-level cache" if path.exists() else ""


def guest():
    is_virtual = " hypervisor" in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return ", a virtual machine" if is_virtual else ""


def busy():
    """What else runs: times of a busy machine are to be read as ratios."""
    path = pathlib.Path("/proc/self/autogroup")
    priority = f", session's {path.read_text(encoding='utf-8').split(' ', 1)[1].strip()}" if path.exists() else ""
    return f"when it began the load average was {os.getloadavg()[0]:.1f}{priority}"


def describe(build, duckdb):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    distribution = platform.freedesktop_os_release()["PRETTY_NAME"]
    return [f"{processor()}, {os.cpu_count()} processors{cache()}, {memory:.0f} GiB{guest()}",
            f"{distribution}, Linux {platform.release().split('-')[0]}, {first_line('c++', '--version')}",
            first_line(build / "bin/weir", "--version"),
            f"DuckDB {first_line(duckdb, '--version')}",
            "oneTBB " + first_line("dpkg-query", "-W", "-f", "${Version}\\n", "libtbb-dev")]
