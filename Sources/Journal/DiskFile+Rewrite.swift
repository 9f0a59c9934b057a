import Platform

extension DiskFile {
    /// Writes the bytes of `range` over themselves, so that the next `synchronize` puts them on the disk
    /// whatever an earlier one that failed has done with them.
    ///
    /// What cannot be read is left as it is.
    package func rewrite(_ range: Range<UInt64>, stepBytes: Int) throws(SystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: stepBytes, alignment: 16)
        defer { buffer.deallocate() }
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = Int(min(UInt64(stepBytes), range.upperBound - offset))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
            let read = try readable(part, at: offset)
            try write(UnsafeRawBufferPointer(rebasing: part[..<read]), at: offset)
            offset += UInt64(count)
        }
    }

    private func readable(
        _ part: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    )
        throws(SystemError) -> Int
    {
        do throws(SystemError) {
            return try read(into: part, at: offset)
        } catch {
            guard error.isInputOutput else { throw error }
            return 0
        }
    }
}
