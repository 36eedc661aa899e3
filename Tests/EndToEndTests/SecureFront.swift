import Foundation
import Glibc
import ProcessTesting
import StoreSimulator

/// The simulated store under a name of its own and over TLS: nginx in front of it, with a certificate of an authority that
/// nobody knows. The name resolves nowhere; only a proxy that was told can lead there.
final class SecureFront: Sendable {
  static let host = "api.upstream.test"

  let simulator: RunningSimulator
  /// PEM of the authority.
  let authority: String
  let port: Int
  private let nginx: RunningProcess
  private let folder: ScratchDirectory

  var url: String { "https://\(Self.host):\(port)" }

  private init(
    simulator: RunningSimulator, port: Int, authority: String, nginx: RunningProcess, folder: ScratchDirectory
  ) {
    self.simulator = simulator
    self.port = port
    self.authority = authority
    self.nginx = nginx
    self.folder = folder
  }

  static func start(_ change: (inout SimulatorOptions) -> Void = { _ in }) async throws -> SecureFront {
    let folder = try ScratchDirectory()
    let port = try freePort()
    var options = SimulatorOptions()
    options.port = try freePort()
    options.publicURL = "https://\(host):\(port)"
    change(&options)
    let simulator = try await StoreSimulator.start(options)
    let authority = try makeCertificates(in: folder.path)
    try """
    daemon off;
    pid \(folder.path)/nginx.pid;
    error_log \(folder.path)/error.log;
    events {}
    http {
      access_log off;
      client_body_temp_path \(folder.path)/body;
      proxy_temp_path \(folder.path)/proxy;
      fastcgi_temp_path \(folder.path)/fastcgi;
      uwsgi_temp_path \(folder.path)/uwsgi;
      scgi_temp_path \(folder.path)/scgi;
      server {
        listen 127.0.0.1:\(port) ssl http2;
        ssl_certificate \(folder.path)/server.pem;
        ssl_certificate_key \(folder.path)/server.key;
        location / {
          proxy_pass http://127.0.0.1:\(options.port);
          proxy_http_version 1.1;
          proxy_buffering off;
        }
      }
    }
    """.write(toFile: folder.path + "/nginx.conf", atomically: true, encoding: .utf8)
    let nginx = try await RunningProcess.start(
      ["nginx", "-e", folder.path + "/error.log", "-c", folder.path + "/nginx.conf"],
      environment: Programs.environment(home: folder.path))
    try await listens(port, nginx)
    return SecureFront(simulator: simulator, port: port, authority: authority, nginx: nginx, folder: folder)
  }

  func stop() async {
    nginx.signal(SIGTERM)
    _ = await nginx.outcome()
    await simulator.stop()
  }

  /// An authority, and a certificate of its for the name.
  private static func makeCertificates(in folder: String) throws -> String {
    func openssl(_ arguments: String...) throws { try Shell.run(["openssl"] + arguments) }
    let (ca, leaf) = ("\(folder)/ca", "\(folder)/server")
    try openssl(
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", ca + ".key", "-out", ca + ".pem", "-days", "2",
      "-subj",
      "/CN=Upstream Test Authority")
    try openssl(
      "req", "-newkey", "rsa:2048", "-nodes", "-keyout", leaf + ".key", "-out", leaf + ".csr", "-subj", "/CN=\(host)")
    try "subjectAltName=DNS:\(host)\n".write(toFile: leaf + ".ext", atomically: true, encoding: .utf8)
    try openssl(
      "x509", "-req", "-in", leaf + ".csr", "-CA", ca + ".pem", "-CAkey", ca + ".key", "-CAcreateserial", "-days", "2",
      "-extfile", leaf + ".ext", "-out", leaf + ".pem")
    return try String(contentsOfFile: ca + ".pem", encoding: .utf8)
  }
}

/// Waits until somebody listens on a port of this machine, or the program has ended.
func listens(_ port: Int, _ process: RunningProcess) async throws {
  for _ in 0..<100 {
    if (try? Shell.run(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"])) != nil { return }
    try await Task.sleep(for: .milliseconds(100))
  }
  process.signal(SIGKILL)
  throw Unexpected(command: "port \(port)", outcome: await process.outcome())
}
