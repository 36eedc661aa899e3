import Reporting

/// How texts become the value of a parameter, and what the type of the value tells about it.
struct Reading<Value: Sendable>: Sendable {
  let read: @Sendable ([String]) throws(ParameterProblem) -> Value
  var choices: [String]?
  var completion: Completion?
  var defaultText: String?

  static func required(of type: Value.Type) -> Reading where Value: ParameterValue {
    required(parse: { try Value(parsing: $0) }).described(by: Value.self)
  }

  static func required(parse: @escaping @Sendable (String) throws -> Value) -> Reading {
    Reading { texts throws(ParameterProblem) in
      guard let text = texts.last else { throw ParameterProblem("it is missing") }
      return try explaining(text, parse)
    }
  }

  static func optional<Wrapped: ParameterValue>(of type: Wrapped.Type) -> Reading where Value == Wrapped? {
    optional(parse: { try Wrapped(parsing: $0) }).described(by: Wrapped.self)
  }

  static func optional<Wrapped>(parse: @escaping @Sendable (String) throws -> Wrapped) -> Reading
  where Value == Wrapped? {
    Reading { texts throws(ParameterProblem) in
      guard let text = texts.last else { return nil }
      return try explaining(text, parse)
    }
  }

  static func defaulted(of type: Value.Type, to fallback: Value) -> Reading where Value: ParameterValue {
    var reading = Reading { texts throws(ParameterProblem) in
      guard let text = texts.last else { return fallback }
      return try explaining(text) { try Value(parsing: $0) }
    }.described(by: Value.self)
    reading.defaultText = fallback.parameterText
    return reading
  }

  static func each<Element: ParameterValue>(of type: Element.Type) -> Reading where Value == [Element] {
    each(parse: { try Element(parsing: $0) }).described(by: Element.self)
  }

  static func each<Element>(parse: @escaping @Sendable (String) throws -> Element) -> Reading
  where Value == [Element] {
    Reading { texts throws(ParameterProblem) in
      var values: [Element] = []
      for text in texts { values.append(try explaining(text, parse)) }
      return values
    }
  }

  private func described<Described: ParameterValue>(by type: Described.Type) -> Reading {
    var reading = self
    reading.choices = Described.parameterChoices
    reading.completion = Described.parameterCompletion
    return reading
  }
}

/// Runs `parse` and says in one way what every kind of error means.
private func explaining<Parsed>(_ text: String, _ parse: (String) throws -> Parsed) throws(ParameterProblem) -> Parsed {
  do {
    return try parse(text)
  } catch let problem as ParameterProblem {
    throw problem
  } catch let error as any UserFacingError {
    throw ParameterProblem(error.message, advice: error.advice)
  } catch {
    throw ParameterProblem("'\(text)' cannot be used: \(error)")
  }
}
