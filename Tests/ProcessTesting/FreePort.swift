import Glibc

/// A port that nobody has, and that the system hands out to nobody: clients and servers that leave the choice to it get
/// higher ones.
public func freePort() throws -> Int {
  for _ in 0..<1000 {
    let port = Int.random(in: 20_000..<32_000)
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    let isFree = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    if isFree { return port }
  }
  throw NoFreePort()
}

/// A thousand ports were all taken.
public struct NoFreePort: Error {}
