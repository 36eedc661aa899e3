import CommandLineKit
import Testing
@Suite("Parsing") struct ParsingTests {
}
