internal import CYaml

/// What libyaml finds in a text, one piece after the other. It keeps no more than the text and what stands open.
struct YAMLEvents: ~Copyable {
  enum Event {
    case documentStart, documentEnd, streamEnd, sequenceEnd, mappingEnd
    case alias(String)
    case scalar(String, isPlain: Bool, anchor: String?)
    case sequenceStart(anchor: String?)
    case mappingStart(anchor: String?)
  }

  // libyaml keeps pointers into it, so that it must not move.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ text: String) throws(YAMLError) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      throw YAMLError("there is not enough memory", at: nil)
    }
    self.parser = parser
    input = .allocate(capacity: text.utf8.count)
    _ = input.initialize(from: text.utf8)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  mutating func next() throws(YAMLError) -> (event: Event, mark: YAMLMark) {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
      defer { yaml_event_delete(&event) }
      let mark = YAMLMark(event.start_mark)
      switch event.type {
      case YAML_STREAM_START_EVENT: continue
      case YAML_DOCUMENT_START_EVENT: return (.documentStart, mark)
      case YAML_DOCUMENT_END_EVENT: return (.documentEnd, mark)
      case YAML_ALIAS_EVENT: return (.alias(Self.text(event.data.alias.anchor) ?? ""), mark)
      case YAML_SCALAR_EVENT:
        let scalar = event.data.scalar
        let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
        return (
          .scalar(String(decoding: value, as: UTF8.self), isPlain: isPlain, anchor: Self.text(scalar.anchor)), mark
        )
      case YAML_SEQUENCE_START_EVENT:
        return (.sequenceStart(anchor: Self.text(event.data.sequence_start.anchor)), mark)
      case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, mark)
      case YAML_MAPPING_START_EVENT:
        return (.mappingStart(anchor: Self.text(event.data.mapping_start.anchor)), mark)
      case YAML_MAPPING_END_EVENT: return (.mappingEnd, mark)
      default: return (.streamEnd, mark)
      }
    }
  }

  private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func failure() -> YAMLError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text is not YAML"
    // What the reader of bytes refuses has an offset and no mark.
    guard parser.pointee.error != YAML_READER_ERROR else {
      return YAMLError(problem, at: YAMLMark(parser.pointee.mark))
    }
    return YAMLError(problem, at: YAMLMark(parser.pointee.problem_mark))
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) {
    // Range: places in a text of which the length is limited.
    self.init(line: Int(clamping: mark.line + 1), column: Int(clamping: mark.column + 1))
  }
}
