import StoreAPI

/// Answers `fetch-assertions`: where each wanted assertion can be had, if it is newer than what the device has.
struct AssertionFetch: Sendable {
  let library: AssertionLibrary
  let audience: Audience
  let address: StoreAddress
  /// The highest format of each type that the device understands; a missing type means 0.
  let maxFormats: [String: Int]

  /// The answer to one group.
  func result(of action: RefreshAction) -> RefreshResult {
    var result = RefreshResult(result: "fetch-assertions")
    result.key = action.key ?? ""
    var urls: [String] = []
    var errors: [WantedAssertionError] = []
    for wanted in action.assertions ?? [] {
      switch answer(to: wanted) {
      case .newer(let url): urls.append(url)
      case .upToDate: break
      case .notFound: errors.append(WantedAssertionError(notFound: wanted))
      }
    }
    result.assertionStreamURLs = urls
    if !errors.isEmpty { result.errorList = errors }
    return result
  }

  private enum Answer {
    case newer(url: String)
    case upToDate
    case notFound
  }

  private func answer(to wanted: WantedAssertion) -> Answer {
    let maxFormat = maxFormats[wanted.type] ?? 0
    guard let key = wanted.primaryKey else { return answer(toSequence: wanted, maxFormat: maxFormat) }
    guard let found = library.find(type: wanted.type, key: key, maxFormat: maxFormat, for: audience) else {
      return .notFound
    }
    return answer(with: found, to: wanted, maxFormat: maxFormat)
  }

  private func answer(toSequence wanted: WantedAssertion, maxFormat: Int) -> Answer {
    guard let key = wanted.sequenceKey else { return .notFound }
    if let point = wanted.sequence {
      let key = key + [String(point)]
      guard let found = library.find(type: wanted.type, key: key, maxFormat: maxFormat, for: audience) else {
        return .notFound
      }
      return answer(with: found, to: wanted, maxFormat: maxFormat)
    }
    let latest = library.latest(type: wanted.type, sequence: key, maxFormat: maxFormat, for: audience)
    guard let (point, found) = latest else {
      return wanted.ifNewerThan == nil ? .notFound : .upToDate
    }
    let known = wanted.ifSequenceEqualOrNewerThan ?? 0
    if point == known { return answer(with: found, to: wanted, maxFormat: maxFormat) }
    if point > known { return .newer(url: url(of: found, maxFormat: maxFormat)) }
    // The device is ahead of us: it keeps what it has, if it has something.
    return wanted.ifNewerThan == nil ? .notFound : .upToDate
  }

  private func answer(with found: ServedAssertion, to wanted: WantedAssertion, maxFormat: Int) -> Answer {
    if let known = wanted.ifNewerThan, found.revision <= known { return .upToDate }
    return .newer(url: url(of: found, maxFormat: maxFormat))
  }

  private func url(of found: ServedAssertion, maxFormat: Int) -> String {
    address.assertion(type: found.type, key: found.shortKey, maxFormat: maxFormat)
  }
}
