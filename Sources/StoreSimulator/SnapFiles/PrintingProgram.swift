import StoreModel

/// A program that prints a line and ends with 0.
///
/// On amd64 and arm64 it is a static executable of machine code, which runs on the emptiest base; elsewhere it is a script,
/// which needs a shell.
struct PrintingProgram {
  let line: String
  let architecture: Architecture

  /// The file.
  var bytes: [UInt8] {
    let message = Array(line.utf8)
    return switch architecture.description {
    case "amd64": Self.executable(machine: 62, code: Self.amd64(messageLength: message.count), message)
    case "arm64": Self.executable(machine: 183, code: Self.arm64(messageLength: message.count), message)
    default: Array("#!/bin/sh\necho \"\(line.dropLast())\"\n".utf8)
    }
  }

  /// `write(1, message, length)` and `exit_group(0)`; the message follows the code.
  private static func amd64(messageLength: Int) -> [UInt8] {
    let tail: [UInt8] =
      [0xba] + little(UInt32(messageLength))  // mov edx, length
      + [0xb8, 1, 0, 0, 0, 0x0f, 0x05]  // mov eax, 1; syscall
      + [0x31, 0xff, 0xb8, 231, 0, 0, 0, 0x0f, 0x05]  // xor edi, edi; mov eax, 231; syscall
    // mov edi, 1; lea rsi, [rip + what is left of the code]
    return [0xbf, 1, 0, 0, 0, 0x48, 0x8d, 0x35] + little(UInt32(tail.count)) + tail
  }

  /// The same: `write` is 64, `exit_group` 94.
  private static func arm64(messageLength: Int) -> [UInt8] {
    let count = UInt32(8)
    let words: [UInt32] = [
      0xd280_0020,  // mov x0, #1
      0x1000_0001 | (count - 1) << 5,  // adr x1, behind the code
      0xd280_0002 | UInt32(UInt16(messageLength)) << 5,  // mov x2, length
      0xd280_0808, 0xd400_0001,  // mov x8, #64; svc #0
      0xd280_0000, 0xd280_0bc8, 0xd400_0001,  // mov x0, #0; mov x8, #94; svc #0
    ]
    return words.flatMap { little($0) }
  }

  /// An ELF file of one segment, which is the whole file. Source: System V ABI, chapters 4 and 5.
  private static func executable(machine: UInt16, code: [UInt8], _ message: [UInt8]) -> [UInt8] {
    let (address, headers) = (UInt64(0x40_0000), UInt64(64 + 56))
    let size = headers + UInt64(code.count + message.count)
    let header: [UInt8] =
      [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
      + little(UInt16(2)) + little(machine) + little(UInt32(1)) + little(address + headers)
      + little(UInt64(64)) + little(UInt64(0)) + little(UInt32(0))
      + little(UInt16(64)) + little(UInt16(56)) + little(UInt16(1)) + little(UInt16(64)) + little(UInt32(0))
    // Loaded, readable and executable.
    let segment: [UInt8] =
      little(UInt32(1)) + little(UInt32(5)) + little(UInt64(0)) + little(address) + little(address)
      + little(size) + little(size) + little(UInt64(0x1_0000))
    return header + segment + code + message
  }

  private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<(Number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
  }
}
