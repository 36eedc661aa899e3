import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import HTTPTesting

/// A store that has some snaps, and answers as the real one does; its signatures are the test root's.
struct Shelf: Sendable {
  struct Release: Sendable {
    var channel: String
    var architecture = "amd64"
    var revision: Int
    var yaml = ""
  }
  var snaps: [String: [Release]] = [:]
  var defaultTracks: [String: String] = [:]
  /// Revisions that are in no channel any more, by snap and number.
  var history: [String: Int] = [:]
  /// Snaps that have this icon.
  var icons: [String: [UInt8]] = [:]
  /// What downloads send in place of the file, by file name.
  var lies: [String: [UInt8]] = [:]
  /// Downloads that stall after half of the file.
  var stalling: Set<String> = []
  /// A file has this many bytes for each number of its revision.
  private let fileSize: Int
  private var assertions: [String: Assertion] = [:]

  init(
    snaps: [String: [Release]], defaultTracks: [String: String] = [:], history: [String: Int] = [:],
    fileSize: Int = 1000
  ) {
    self.snaps = snaps
    self.defaultTracks = defaultTracks
    self.history = history
    self.fileSize = fileSize
    for (name, releases) in snaps {
      let files = Dictionary(releases.map { ($0.revision, file($0.revision)) }) { first, _ in first }
      let chain = (try? TestRoot().chain(forSnap: name, files: files)) ?? []
      for assertion in chain { assertions[assertion.identity.path] = assertion }
    }
  }

  func file(_ revision: Int) -> [UInt8] { numbered(fileSize * revision) }

  func respond(_ request: ScriptedServer.Received) -> [ScriptedServer.Step] {
    let parts = request.path.split(separator: "?")[0].split(separator: "/").map(String.init)
    switch parts.first {
    case "files": return sendFile(parts[1], request)
    case "icons": return [.send(answer("200 OK", body: String(decoding: icons[parts[1]] ?? [], as: UTF8.self)))]
    case "v2" where parts[1] == "assertions": return sendAssertion(parts.dropFirst(2).joined(separator: "/"))
    default: break
    }
    let reply: Any
    let base = "http://\(request.header("host") ?? "")"
    if parts.last == "refresh" {
      let body = try? JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any]
      reply = ["results": (body?["actions"] as? [[String: Any]] ?? []).map { result($0, request, base) }]
    } else if let name = parts.last, let releases = snaps[name] {
      let media = icons[name] == nil ? [] : [["type": "icon", "url": "\(base)/icons/\(name)"]]
      reply =
        [
          "name": name, "snap-id": TestRoot.snapID(for: name),
          "snap": [
            "name": name, "title": name, "media": media,
            "publisher": [
              "id": TestRoot.accountID, "username": "acme", "display-name": "Acme", "validation": "verified",
            ],
          ] as [String: Any],
          "default-track": defaultTracks[name] as Any? ?? NSNull(),
          "channel-map": releases.map { release in
            let parts = release.channel.split(separator: "/").map(String.init)
            var entry = details(name, release.revision, release.yaml, release.architecture, base)
            entry["channel"] = [
              "name": parts[0] == "latest" ? parts[1] : release.channel, "track": parts[0], "risk": parts[1],
              "architecture": release.architecture, "released-at": "2026-01-02T03:04:05+00:00",
            ]
            return entry
          },
        ] as [String: Any]
    } else {
      return [.send(answer("404 Not Found", body: #"{"error-list":[{"code":"resource-not-found","message":"no"}]}"#))]
    }
    let data = (try? JSONSerialization.data(withJSONObject: reply)) ?? Data()
    return [.send(answer("200 OK", body: String(decoding: data, as: UTF8.self)))]
  }

  private func details(
    _ name: String, _ revision: Int, _ yaml: String, _ architecture: String, _ base: String
  ) -> [String: Any] {
    let bytes = file(revision)
    return [
      "revision": revision, "snap-yaml": yaml, "architectures": [architecture], "version": "1.\(revision)",
      "type": "app", "confinement": "strict",
      "download": [
        "url": "\(base)/files/\(name)_\(revision).snap", "size": bytes.count, "sha3-384": SHA3Digest.of(bytes).hex,
      ] as [String: Any],
    ]
  }

  private func result(_ action: [String: Any], _ request: ScriptedServer.Received, _ base: String) -> [String: Any] {
    let (name, key) = (action["name"] as? String ?? "", action["instance-key"] as? String ?? "")
    let architecture = request.header("snap-device-architecture") ?? ""
    if let revision = action["revision"] as? Int, history[name] == revision, architecture == "amd64" {
      return [
        "result": "download", "instance-key": key, "snap": details(name, revision, "base: none", "amd64", base),
      ]
    }
    if action["channel"] as? String == "latest/edge/fix" {
      return [
        "result": "download", "instance-key": key, "effective-channel": "latest/edge/fix",
        "snap": details(name, 77, "base: none", architecture, base),
      ]
    }
    return [
      "result": "error", "instance-key": key, "name": name,
      "error": ["code": "revision-not-found", "message": "No revision"],
    ]
  }

  private func sendFile(_ name: String, _ request: ScriptedServer.Received) -> [ScriptedServer.Step] {
    let revision = Int(name.split(separator: "_").last?.split(separator: ".").first ?? "") ?? 0
    let bytes = lies[name] ?? file(revision)
    let start = request.header("range").flatMap { Int($0.dropFirst(6).dropLast()) } ?? 0
    let range = start == 0 ? "200 OK" : "206 Partial\r\nContent-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
    let head = ScriptedServer.Step.send("HTTP/1.1 \(range)\r\nContent-Length: \(bytes.count - start)\r\n\r\n")
    return stalling.contains(name)
      ? [head, .sendBytes(Array(bytes[start..<(start + bytes.count) / 2])), .stall]
      : [head, .sendBytes(Array(bytes[start...]))]
  }

  private func sendAssertion(_ path: String) -> [ScriptedServer.Step] {
    if let found = assertions[path] {
      return [.send(answer("200 OK", body: String(decoding: found.encoded, as: UTF8.self)))]
    }
    return [.send(answer("404 Not Found", body: #"{"error-list":[{"code":"not-found","message":"no"}]}"#))]
  }
}
