import Foundation
import Reporting

/// The state of the server in the text format of Prometheus.
struct MetricsText: Sendable {
  let requests: ServerMetrics.Snapshot
  let generation: Int64
  let snaps: Int
  let revisions: Int
  let assertions: Int
  let isDatabaseConnected: Bool

  /// The whole page.
  var text: String {
    var lines: [String] = []
    func family(_ name: String, _ type: String, _ help: String, _ samples: [String]) {
      lines += ["# HELP snap_proxy_\(name) \(help)", "# TYPE snap_proxy_\(name) \(type)"]
      lines.append(contentsOf: samples.map { "snap_proxy_\(name)\($0)" })
    }
    let labelled = requests.requests.sorted { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }
    family(
      "http_requests_total", "counter", "Answered requests.",
      labelled.map { "{route=\"\($0.key.route)\",status=\"\($0.key.status)\"} \($0.value.count)" })
    family(
      "http_request_duration_seconds", "histogram", "From the head of a request to the head of its answer.",
      durations())
    family(
      "http_sent_bytes_total", "counter", "Bytes of bodies.",
      [
        "{kind=\"answer\"} \(requests.answeredBytes)", "{kind=\"file\"} \(requests.fileBytes)",
      ])
    family(
      "file_transfers_broken_total", "counter", "Files whose sending did not end.",
      [
        " \(requests.brokenTransfers)"
      ])
    family(
      "cache_requests_total", "counter", "Requests for files of the upstream store.",
      ServerMetrics.CacheAnswer.allCases.map {
        "{result=\"\($0.rawValue)\"} \(requests.cacheAnswers[$0] ?? 0)"
      })
    family("http_connections", "gauge", "Open connections.", [" \(requests.connections)"])
    family(
      "http_connections_refused_total", "counter", "Connections refused because there were too many.",
      [" \(requests.refusedConnections)"])
    family(
      "http_connections_stalled_total", "counter", "Connections closed because the client did not read its answer.",
      [" \(requests.stalledConnections)"])
    family("catalogue_generation", "gauge", "Grows with every change of the catalogue.", [" \(generation)"])
    family("catalogue_snaps", "gauge", "Snaps on offer.", [" \(snaps)"])
    family("catalogue_revisions", "gauge", "Revisions on offer.", [" \(revisions)"])
    family("catalogue_assertions", "gauge", "Assertions on offer.", [" \(assertions)"])
    family(
      "database_connected", "gauge", "Whether changes of the catalogue are heard of.",
      [
        " \(isDatabaseConnected ? 1 : 0)"
      ])
    if let bytes = Self.residentBytes() {
      lines += [
        "# HELP process_resident_memory_bytes Resident memory.", "# TYPE process_resident_memory_bytes gauge",
        "process_resident_memory_bytes \(bytes)",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func durations() -> [String] {
    var byRoute: [String: ServerMetrics.Requests] = [:]
    for (label, requests) in requests.requests {
      Saturating.add(requests.count, to: &byRoute[label.route, default: ServerMetrics.Requests()].count)
      // Range: floating numbers do not trap.
      byRoute[label.route, default: ServerMetrics.Requests()].seconds += requests.seconds
      for index in requests.within.indices {
        Saturating.add(
          requests.within[index], to: &byRoute[label.route, default: ServerMetrics.Requests()].within[index])
      }
    }
    return byRoute.sorted { $0.key < $1.key }.flatMap { route, requests in
      var sum = 0
      var samples = zip(ServerMetrics.buckets, requests.within).map { limit, count in
        Saturating.add(count, to: &sum)
        return "_bucket{route=\"\(route)\",le=\"\(limit)\"} \(sum)"
      }
      samples.append("_bucket{route=\"\(route)\",le=\"+Inf\"} \(requests.count)")
      samples.append("_sum{route=\"\(route)\"} \(requests.seconds)")
      samples.append("_count{route=\"\(route)\"} \(requests.count)")
      return samples
    }
  }

  private static func residentBytes() -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let parts = text.split(separator: " ")
    return parts.count > 1
      ? Int(parts[1], radix: 10).map { Saturating.product($0, sysconf(CInt(clamping: _SC_PAGESIZE))) } : nil
  }
}
