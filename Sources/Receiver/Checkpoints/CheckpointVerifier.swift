import Core
import Platform
import TLS

/// Reads checkpoints again: whether they are what their manifests say, and follow each other without a gap.
struct CheckpointVerifier {
    private let folder: CheckpointFolder
    private let press = ZstdPress()

    init(_ folder: CheckpointFolder) { self.folder = folder }

    /// What is wrong, a sentence each; empty when all is well.
    func faults() throws(OperatorError) -> [String] {
        var faults: [String] = []
        var last: CheckpointManifest?
        let whole = try folder.newestWhole()?.number ?? 0
        for number in try folder.numbers() {
            guard let manifest = try folder.manifest(number) else {
                faults.append("checkpoint \(number): its manifest is missing or damaged")
                continue
            }
            if last == nil, !manifest.isWhole, number > whole {
                faults.append("checkpoint \(number): those that it builds on are missing")
            }
            for segment in manifest.segments {
                if let fault = try fault(in: segment, of: manifest, behind: last) {
                    faults.append("checkpoint \(number), \(segment.table): \(fault)")
                }
            }
            last = manifest
        }
        return faults
    }

    private func fault(
        in segment: CheckpointManifest.Segment,
        of manifest: CheckpointManifest,
        behind last: CheckpointManifest?
    ) throws(OperatorError) -> String? {
        if let last, segment.after > 0 {
            let former = last.epoch == manifest.epoch ? last.segment(segment.table) : nil
            guard segment.after == former?.through else {
                let end = former.map { "ends at \($0.through)" } ?? "has none of it"
                return "it begins behind rev \(segment.after), the one before \(end)"
            }
        }
        let name = CheckpointFolder.name(manifest.number)
        let plain = name.appending(segment.file)
        let isPlain =
            try folder.work { () throws(SystemError) in try folder.disk.status(plain) } != nil
        let path = isPlain ? plain : name.appending(segment.compressedFile)
        let hash = SHA256Blocks()
        var bytes: UInt64 = 0
        var lines: UInt64 = 0
        let take = { (piece: UnsafeRawBufferPointer) in
            hash.update(piece)
            bytes += UInt64(piece.count)
            lines += Newlines(in: piece).count
        }
        do throws(ZstdPress.Failure) {
            try read(path, isCompressed: !isPlain, take)
        } catch {
            return "\(path.lastComponent) cannot be read: \(error)"
        }
        guard bytes == segment.bytes, hash.finish().description == segment.sha256 else {
            return "\(path.lastComponent) is not what was written"
        }
        guard lines == UInt64(segment.rows + segment.deletions) else {
            return "\(path.lastComponent) has \(lines) lines"
        }
        return nil
    }

    private func read(
        _ path: BytePath,
        isCompressed: Bool,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(ZstdPress.Failure) {
        let file: any DiskFile
        do throws(SystemError) {
            file = try folder.disk.open(path, .read)
            if !isCompressed { return try read(file, body) }
        } catch {
            throw .disk(error)
        }
        try press.decompress(file, body)
    }

    private func read(
        _ file: any DiskFile,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var offset: UInt64 = 0
        while true {
            let count = try file.read(into: buffer, at: offset)
            guard count > 0 else { return }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
        }
    }
}
