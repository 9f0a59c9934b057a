import Core
import Platform
import Testing

@testable import Platform

/// What doctors ask of the machine.
@Suite struct HealthTests {
    static let table = MountTable(
        Array(
            """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            30 22 8:2 / /home ro,nosuid - btrfs /dev/sda2 ro
            31 22 8:3 / /with\\040blank rw - xfs /dev/sda3 rw
            nonsense
            40 30 8:2 /x /home/ann/.local rw - btrfs /dev/sda2 rw

            """.utf8
        )
    )

    @Test(
        "A path is in the mount that is nearest above it",
        arguments: [
            ("/", 22), ("/etc/passwd", 22), ("/homes", 22), ("/home", 30), ("/home/ann", 30),
            ("/home/ann/.local/state", 40), ("/with blank/a", 31),
        ]
    )
    func mounts(_ path: String, _ number: Int) {
        #expect(HealthTests.table.mount(of: BytePath(path))?.number == number)
    }

    @Test("The options of a mount are its own")
    func options() {
        #expect(HealthTests.table.mount(of: "/home")?.isReadOnly == true)
        #expect(HealthTests.table.mount(of: "/home")?.kind == "btrfs")
        #expect(HealthTests.table.mount(of: "/")?.isReadOnly == false)
        #expect(MountTable.current.mount(of: "/proc/self")?.kind == "proc")
    }

    @Test(
        "Kernels from 5.6 on will do",
        arguments: [
            ("6.1.0-30-amd64", true), ("5.6.0", true), ("5.10", true), ("5.5.19", false),
            ("4.19.0", false), ("", false),
        ]
    )
    func kernels(_ kernel: String, _ will: Bool) { #expect(Host.isRecent(kernel: kernel) == will) }

    @Test("This machine answers")
    func machine() {
        #expect(Host.isRecent(kernel: Host.kernel))
        #expect((Host.kernelSetting("fs/inotify/max_user_watches") ?? 0) > 0)
        #expect(Host.descriptorLimit > 0)
        #expect((Host.room("/")?.bytes ?? 0) > 0)
        #expect(Host.realPath("/proc/self/../version") == "/proc/version")
        #expect(Host.realPath("/nothing here") == nil)
        #expect(Host.mayRead("/etc/passwd", folder: false))
        #expect(!Host.mayWrite("/proc/sys/kernel/nothing"))
    }
}
