import Archives
import Glibc

// The reader opens files. This one has lost its name, so that nothing stays behind.
private let file = {
  var name = Array("/tmp/tarball-XXXXXX".utf8CString)
  let file = mkstemp(&name)
  unlink(name)
  return file
}()

/// Whatever is let through has a harmless path, and as many bytes as it says.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  precondition(ftruncate(file, 0) == 0 && pwrite(file, bytes, count, 0) == count)
  do {
    var reader = try TarballReader(path: "/proc/self/fd/\(file)")
    var paths: Set<String> = []
    while let member = try reader.next() {
      let parts = member.path.split(separator: "/", omittingEmptySubsequences: false)
      precondition(!member.path.isEmpty && !parts.contains("..") && parts.first != "", "a path leads out")
      precondition(paths.insert(member.path).inserted, "a path comes twice")
      if !member.isDirectory, member.size <= 1 << 20 {
        let contents = try reader.readAll(limit: 1 << 20)
        precondition(contents.count == Int(member.size), "a size lies")
      }
    }
  } catch { return 0 }
  return 0
}
