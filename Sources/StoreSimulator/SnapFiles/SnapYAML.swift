import StoreModel

/// meta/snap.yaml of a revision.
struct SnapYAML {
  let snap: SeedSnap
  let revision: SeedRevision

  var text: String {
    var lines = [
      "name: \(snap.name)", "version: '\(revision.version)'", "summary: \(snap.summary)", "description: |",
      "  \(snap.summary).", "  Made for demonstrations and tests.",
    ]
    if revision.type != .app { lines.append("type: \(revision.type)") }
    if let base = revision.base { lines.append("base: \(base)") }
    if let license = snap.license { lines.append("license: \(license)") }
    if revision.epoch != "0" { lines.append("epoch: \(revision.epoch)") }
    lines += ["grade: stable", "confinement: \(revision.confinement.rawValue)", "architectures:"]
    lines.append("  - \(revision.architecture)")
    if !revision.apps.isEmpty { lines.append("apps:") }
    for app in revision.apps { lines += ["  \(app):", "    command: bin/\(app)"] }
    if !revision.yaml.isEmpty { lines.append(revision.yaml) }
    return lines.joined(separator: "\n") + "\n"
  }
}
