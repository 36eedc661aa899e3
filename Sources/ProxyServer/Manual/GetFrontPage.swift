import Hummingbird
import NIOCore

/// `GET /`: a page for people who open the store's address. Devices probe it with HEAD for the store's version.
struct GetFrontPage: Endpoint {
  let hasManual: Bool

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let manual = hasManual ? #"<p><a href="/docs/">Manual</a></p>"# : ""
    let page = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Snap store</title></head>
      <body><h1>Snap store</h1>
      <p>This is a store of snaps for the devices of this network. To use it on a device:</p>
      <pre>curl -sL &lt;this address&gt;/v2/auth/store/assertions | sudo snap ack /dev/stdin
      sudo snap set system proxy.store=&lt;store id&gt;</pre>
      \(manual)</body></html>

      """
    return answer(
      ByteBuffer(string: page), type: "text/html; charset=utf-8",
      headers: [.contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'"])
  }
}
