import ProxyState
import StoreAPI
import StoreModel

// Range: a snap's number is less than the number of snaps, of which no store has 2^31. Its weight for a word is at most the
// sum of all weights, and scores add at most `mostWords` of those doubled to 1,010,000: all fit 32 bits. Positions are those
// of arrays in memory.
/// Full text over the catalogue, made once for each generation.
struct FindIndex: Sendable {
  /// A snap that a query finds, and the release that it found.
  struct Hit: Sendable {
    let snap: PreparedSnap
    let release: PreparedRelease
  }

  /// What a word in a member is worth. A whole word is worth twice its beginning.
  private enum Weight {
    static let name = 64
    static let title = 32
    static let publisher = 16
    static let summary = 8
    static let description = 1
  }

  /// There is no paging; this is far more than anybody reads.
  static let mostHits = 1000
  /// Further words of a query are dropped.
  static let mostWords = 16

  private let snaps: [PreparedSnap]
  private let names: [String]
  private let words: [String]
  /// For each word the snaps that have it, and its weight there.
  private let postings: [[(snap: Int32, weight: Int32)]]
  private let categories: [Set<String>]
  private let commonIDs: [Set<String>]
  /// The snaps that are marked so.
  private let featuredSnaps: [CatalogueSnap]

  init(_ snaps: [PreparedSnap]) {
    self.snaps = snaps.sorted { $0.snap.name < $1.snap.name }
    names = self.snaps.map(\.snap.name.description)
    var found: [String: [Int32: Int32]] = [:]
    for (number, snap) in self.snaps.enumerated() {
      for (text, weight) in Self.texts(of: snap) {
        for word in Set(SearchWords.of(text)) { found[word, default: [:]][Int32(number), default: 0] += Int32(weight) }
      }
    }
    words = found.keys.sorted()
    postings = words.map { word in (found[word] ?? [:]).map { (snap: $0.key, weight: $0.value) } }
    categories = self.snaps.map { Set(($0.snap.details.categories ?? []).map(\.name)) }
    commonIDs = self.snaps.map { Set($0.snap.revisions.values.flatMap { $0.details.commonIDs ?? [] }) }
    featuredSnaps = self.snaps.map(\.snap).filter { snap in
      (snap.details.categories ?? []).contains { $0.name == Self.featured }
    }
  }

  /// The category that `snap find` without arguments asks for.
  static let featured = "featured"

  /// Everything that matches and may be seen, the most relevant first, then by name.
  func search(_ query: FindQuery, for audience: Audience) -> [Hit] {
    let relevance = query.text.map { scores(of: $0) }
    // Whoever filled an offline store chose every snap of it: where none is marked, all are featured. What somebody does
    // not see marks nothing for them.
    var query = query
    if query.category == Self.featured, !featuredSnaps.contains(where: { audience.canSee($0) }) { query.category = nil }
    var hits: [(score: Int, hit: Hit)] = []
    for (number, snap) in snaps.enumerated() {
      let score: Int
      if let relevance {
        guard let found = relevance[Int32(number)] else { continue }
        score = found
      } else {
        score = 0
      }
      guard matches(number, query), audience.canSee(snap.snap), let release = release(of: snap, for: query) else {
        continue
      }
      hits.append((score, Hit(snap: snap, release: release)))
    }
    // The snaps are in the order of their names, and the sort keeps it among equals.
    return hits.enumerated().sorted { ($0.element.score, $1.offset) > ($1.element.score, $0.offset) }
      .prefix(Self.mostHits).map(\.element.hit)
  }

  private static func texts(of snap: PreparedSnap) -> [(String, Int)] {
    let details = snap.snap.details
    let texts: [(String?, Int)] = [
      (snap.snap.name.description, Weight.name), (details.title, Weight.title),
      (details.publisher?.username, Weight.publisher), (details.publisher?.displayName, Weight.publisher),
      (details.summary, Weight.summary), (details.description, Weight.description),
    ]
    return texts.compactMap { text, weight in text.map { ($0, weight) } }
  }

  private func matches(_ number: Int, _ query: FindQuery) -> Bool {
    if let prefix = query.namePrefix, !names[number].hasPrefix(prefix.lowercased()) { return false }
    if let id = query.commonID, !commonIDs[number].contains(id) { return false }
    if let category = query.category, !categories[number].contains(category) { return false }
    return true
  }

  private func release(of snap: PreparedSnap, for query: FindQuery) -> PreparedRelease? {
    snap.releases.first { release in
      guard release.slot.channel.branch == nil, query.channel == nil || query.channel == release.slot.channel,
        query.architecture == nil || release.slot.architecture == query.architecture
          || release.slot.architecture == .all
      else { return false }
      let confinement = snap.revisions[release.revision]?.revision.details.confinement ?? .strict
      return query.confinements.isEmpty || query.confinements.contains(confinement)
    }
  }

  /// The snaps in which every word of the text occurs, at least as the beginning of a word or within the name.
  private func scores(of text: String) -> [Int32: Int] {
    let wanted = SearchWords.of(text).prefix(Self.mostWords)
    var total: [Int32: Int]?
    for word in wanted {
      let ofWord = scores(ofWord: word)
      guard let sums = total else {
        total = ofWord
        continue
      }
      total = sums.reduce(into: [:]) { both, sum in
        if let score = ofWord[sum.key] { both[sum.key] = sum.value + score }
      }
    }
    guard var result = total else { return [:] }
    let name = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: "-")
    for (number, known) in names.enumerated() {
      if known == name { result[Int32(number), default: 0] += 1_000_000 }
      if known.hasPrefix(name) { result[Int32(number), default: 0] += 10_000 }
    }
    return result
  }

  private func scores(ofWord word: String) -> [Int32: Int] {
    var scores: [Int32: Int] = [:]
    var position = firstPosition(from: word)
    while position < words.count, words[position].hasPrefix(word) {
      let factor = words[position] == word ? 2 : 1
      for (snap, weight) in postings[position] {
        scores[snap] = max(scores[snap] ?? 0, Int(weight) * factor)
      }
      position += 1
    }
    for (number, name) in names.enumerated() where scores[Int32(number)] == nil && name.contains(word) {
      scores[Int32(number)] = Weight.summary
    }
    return scores
  }

  private func firstPosition(from word: String) -> Int {
    var (low, high) = (0, words.count)
    while low < high {
      let middle = (low + high) / 2
      if words[middle] >= word { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
