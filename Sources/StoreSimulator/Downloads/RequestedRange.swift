/// Which part of a file a request wants. Source: RFC 9110, section 14; of several ranges none is honoured.
enum RequestedRange: Equatable {
  case whole
  case part(Range<UInt64>)
  case unsatisfiable

  init(_ header: String?, size: UInt64) {
    self = .whole
    guard let header, header.hasPrefix("bytes=") else { return }
    let ends = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, !header.contains(",") else { return }
    switch (UInt64(ends[0]), UInt64(ends[1])) {
    case (let first?, nil) where ends[1].isEmpty: self = first < size ? .part(first..<size) : .unsatisfiable
    case (let first?, let last?) where first <= last:
      self = first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
    case (nil, let count?) where ends[0].isEmpty:
      self = count > 0 && size > 0 ? .part(size - min(count, size)..<size) : .unsatisfiable
    default: break
    }
  }
}
