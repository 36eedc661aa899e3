import Synchronization

/// What the store does wrong at the moment.
final class MisbehaviourBoard: Sendable {
  private let active = Mutex<[Misbehaviour]>([])

  func add(_ misbehaviour: Misbehaviour) { active.withLock { $0.append(misbehaviour) } }

  func clear() { active.withLock { $0.removeAll() } }

  var all: [Misbehaviour] { active.withLock { $0 } }

  /// The first of a kind that is meant for the path; counts as done.
  func take(_ kind: Misbehaviour.Kind, path: String) -> Misbehaviour? {
    active.withLock { active in
      guard
        let index = active.firstIndex(where: { $0.kind == kind && ($0.path.map(path.hasPrefix) ?? true) })
      else { return nil }
      let found = active[index]
      if let times = found.times {
        active[index].times = times - 1
        if times <= 1 { active.remove(at: index) }
      }
      return found
    }
  }
}
