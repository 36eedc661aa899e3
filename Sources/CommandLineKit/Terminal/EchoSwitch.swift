internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Turns off that a terminal shows what is typed, and remembers how it was.
final class EchoSwitch: Sendable {
  private struct Saved: Sendable {
    let descriptor: Int32
    let settings: termios
  }

  private let saved = Mutex<Saved?>(nil)

  /// Does nothing where the descriptor is no terminal.
  func turnOff(on descriptor: Int32) {
    saved.withLock { saved in
      var settings = termios()
      guard saved == nil, tcgetattr(descriptor, &settings) == 0 else { return }
      saved = Saved(descriptor: descriptor, settings: settings)
      settings.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(descriptor, TCSAFLUSH, &settings)
    }
  }

  func restore() {
    saved.withLock { saved in
      guard let before = saved else { return }
      var settings = before.settings
      tcsetattr(before.descriptor, TCSAFLUSH, &settings)
      saved = nil
    }
  }
}
