import Assertions
import StoreAPI

/// Answers `fetch-assertions`. Source: device-api, section 5.2.
struct AssertionFetch {
  let assertions: AssertionSource
  let baseURL: String
  let maximumFormats: [String: Int]

  func result(_ action: RefreshAction) throws -> RefreshResult {
    var result = RefreshResult(result: "fetch-assertions")
    result.key = action.key
    var urls: [String] = []
    var errors: [WantedAssertionError] = []
    for wanted in action.assertions ?? [] {
      guard let found = find(wanted) else {
        errors.append(WantedAssertionError(notFound: wanted))
        continue
      }
      if isNews(found, to: wanted) {
        let format = maximumFormats[wanted.type] ?? 0
        urls.append("\(baseURL)/v2/assertions/\(found.identity.path)?max-format=\(format)")
      }
    }
    result.assertionStreamURLs = urls
    result.errorList = errors.isEmpty ? nil : errors
    return result
  }

  private func find(_ wanted: WantedAssertion) -> Assertion? {
    guard let type = AssertionType(name: wanted.type) else { return nil }
    let library = assertions.trust.own
    if let key = wanted.primaryKey {
      return AssertionIdentity(type: type, primaryKey: key)
        .flatMap { library.assertion($0, maximumFormat: maximumFormats[type.name] ?? 0) }
    }
    guard let key = wanted.sequenceKey else { return nil }
    guard let point = wanted.sequence else { return library.latest(type, key: key) }
    return AssertionIdentity(type: type, primaryKey: key + [String(point)]).flatMap { library.assertion($0) }
  }

  private func isNews(_ assertion: Assertion, to wanted: WantedAssertion) -> Bool {
    if let least = wanted.ifSequenceEqualOrNewerThan {
      let point = assertion.identity.primaryKey.last.flatMap { Int($0) } ?? 0
      if point != least { return point > least }
    }
    return wanted.ifNewerThan.map { assertion.revision > $0 } ?? true
  }
}
