# Opens and makes devices: memory, disks, the kernel's log, terminals; each would show or take the whole machine.
# %% all: blank
# %% sgd_step
import fcntl
import glob
import os
import stat
import termios


def disks():
    places = [place for place in glob.glob("/dev/[svnm]*") if stat.S_ISBLK(os.stat(place).st_mode)]
    return [os.open(place, os.O_RDONLY) for place in places] or nothing()


def made(kind, major, minor):
    os.mknod("/tmp/device", 0o600 | kind, os.makedev(major, minor))
    return open("/tmp/device", "rb").read(1)


attempt(
    mem=lambda: open("/dev/mem", "rb").read(1),
    kmsg=lambda: open("/dev/kmsg", "rb").read(1),
    kvm=lambda: os.open("/dev/kvm", os.O_RDWR),
    fuse=lambda: os.open("/dev/fuse", os.O_RDWR),
    disks=disks,
    character=lambda: made(stat.S_IFCHR, 1, 1),
    block=lambda: made(stat.S_IFBLK, 8, 0),
    tty=lambda: os.open("/dev/tty", os.O_RDWR),
    typed=lambda: fcntl.ioctl(0, termios.TIOCSTI, b"x"),
    core=lambda: open("/proc/kcore", "rb").read(1),
    switch=lambda: open("/proc/sysrq-trigger", "w").write(""),
    pattern=lambda: open("/proc/sys/kernel/core_pattern", "w").write(""),
)
