use super::*;

fn schema() -> Environment {
    let port = Type::object([("name", Type::String), ("number", Type::Int)]);
    Environment::schema(&Type::object([
        ("size", Type::Int),
        ("ratio", Type::Double),
        ("name", Type::String),
        ("ready", Type::Bool),
        ("any", Type::Dyn),
        ("labels", Type::map(Type::String)),
        ("ports", Type::list(port)),
        ("__namespace__", Type::String),
    ]))
}

fn rule(text: &str) -> Result<Type, String> {
    check(text, &schema(), &[Type::Bool])
}

#[test]
fn rules_of_the_documentation_compile() {
    for good in [
        "self.size > 1",
        "self.size <= self.size * 2 && !self.ready",
        "self.name == 'a' || self.name.startsWith(\"b\")",
        "self.ports.all(p, p.number > 0 && p.name != '')",
        "self.ports.exists_one(p, p.name == 'http')",
        "self.ports.map(p, p.number).sum() < 10",
        "self.ports.filter(p, p.number == 1).size() == 1",
        "size(self.ports) == 0 ? true : self.ready",
        "'a' in self.labels && self.labels['a'] == 'b'",
        "has(self.name) == has(oldSelf.name)",
        "self.name.matches('^[a-z]+$')",
        "self.name.matches(r'^\\d+$')",
        "quantity(self.name).isLessThan(quantity('1Gi'))",
        "isQuantity(self.name) && url(self.name).getHost() == ''",
        "type(self.any) == int ? self.any > 1 : self.any == 'a'",
        "self.size < 1.5 && self.ratio > 1",
        "self.__namespace__ == ''",
        "[1, 2].all(i, v, v > i)",
        "self == oldSelf",
        "self.?name.orValue('') == ''",
        "optional.of(self.name).hasValue()",
        "timestamp('2024-01-01T00:00:00Z') < timestamp(self.name) + duration('1h')",
        "self.name.split(',').all(x, x.trim() != '')",
        "format.dns1123Label().validate(self.name).hasValue() == false",
        "cidr('10.0.0.0/8').containsIP('10.0.0.1')",
        "self.ports.size() > 0 // a comment",
        "{'a': 1}['a'] == 1 && ['a'].join(',') == 'a'",
        "sets.contains([1], [1])",
    ] {
        assert_eq!(rule(good), Ok(Type::Bool), "{good}");
    }
}

#[test]
fn errors_of_a_compiler_are_found() {
    for (bad, why) in [
        ("", "end"),
        ("self.(", "`(`"),
        ("self.size >", "end"),
        ("self.size + 1", "found `int`"),
        ("self.size > 'a'", "`>` does not accept"),
        ("self.size + 1.5 > 1.0", "`+` does not accept"),
        ("self.ratio == 1", "`==` does not accept"),
        ("self.nope", "unknown field `nope`"),
        ("self.nam == ''", "did you mean `name`"),
        ("nope", "unknown variable `nope`"),
        ("self.name.nope()", "unknown function `nope`"),
        ("nope(self)", "unknown function `nope`"),
        ("self.size.startsWith('a')", "`int` has no function"),
        ("self.name.startsWith(1)", "does not accept `int`"),
        ("self.name.startsWith()", "needs 1 argument"),
        ("self.size.all(x, true)", "needs a list or map"),
        ("self.ports.all(p, p.number)", "`all` needs `bool`"),
        ("self.ports.all(p)", "unknown function `all`"),
        ("self.name && true", "`&&` needs `bool`"),
        ("!self.name", "`!` needs `bool`"),
        ("self.name.matches('(')", "missing"),
        ("has(self)", "needs a field"),
        ("self.namespace", "unknown field"),
        ("namespace == ''", "reserved"),
        ("self.name == null", "`==` does not accept"),
        ("'a", "unterminated string"),
        ("self.ports['a'].number == 1", "cannot be indexed"),
        ("self.size in self.size", "`in` does not accept"),
        ("1 in ['a']", "`in` does not accept"),
        ("self.any", "found `dyn`"),
        ("self.ready ? 1 : 'a'", "same type"),
        ("self.ready; true", "unexpected"),
        ("'\\q' == ''", "escape"),
        ("99999999999999999999 > 1", "out of range"),
        ("self.name.matches('(?=x)')", "regular expression"),
    ] {
        let found = rule(bad).expect_err(bad);
        assert!(found.contains(why), "{bad}: {found}");
    }
}

#[test]
fn admission_is_about_requests() {
    let mut environment = Environment::admission(false);
    let condition = |text: &str, environment: &Environment| check(text, environment, &[Type::Bool]);
    for good in [
        "object.spec.replicas <= 5",
        "request.userInfo.username != 'a' && request.operation == 'CREATE'",
        "!(request.resource.resource in ['a'])",
        "namespaceObject.metadata.labels['a'] == 'b'",
        "authorizer.group('').resource('pods').check('get').allowed()",
        "authorizer.requestResource.check('get').allowed()",
    ] {
        assert_eq!(condition(good, &environment), Ok(Type::Bool), "{good}");
    }
    for bad in ["params.x == 1", "request.nope == ''", "variables.x == 1", "object.spec", "object.("] {
        assert!(condition(bad, &environment).is_err(), "{bad}");
    }
    environment.define("x", Type::Int);
    assert!(condition("variables.x == 1", &environment).is_ok());
    assert!(condition("variables.y == 1", &environment).is_err());
}

#[test]
fn names_of_fields_are_escaped() {
    for (name, escaped) in [
        ("a", Some("a")),
        ("namespace", Some("__namespace__")),
        ("a-b.c/d", Some("a__dash__b__dot__c__slash__d")),
        ("a__b", Some("a__underscores__b")),
        ("0a", None),
        ("a b", None),
    ] {
        assert_eq!(field_name(name).as_deref(), escaped, "{name}");
    }
}

#[test]
fn deep_expressions_are_refused() {
    let deep = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(rule(&deep).unwrap_err().contains("too deep"));
    let long = vec!["true"; 5000].join(" && ");
    assert_eq!(rule(&long), Ok(Type::Bool));
    assert!(rule(&format!("{} > 0", vec!["1"; 5000].join(" + "))).is_err());
}

#[test]
fn lists_have_one_type_but_for_format() {
    for good in ["'%s-%d'.format(['a', 1]) == 'a-1'", "[1, 2].size() == 2", "[self.any, dyn('a')].size() == 2"] {
        assert_eq!(rule(good), Ok(Type::Bool), "{good}");
    }
    for bad in ["['a', 1].size() == 2", "[self.any, 'a'].exists(x, x == 'a')", "{'a': 1, 'b': 'c'}.size() == 2"] {
        assert!(rule(bad).unwrap_err().contains("must have the same type"), "{bad}");
    }
}

#[test]
fn signatures_and_literals_are_checked() {
    for good in ["sign(quantity('1').add(1)) == 1", "duration('1h30m') > duration('1s')", "[1, 2].indexOf(2) == 1"] {
        assert_eq!(rule(good), Ok(Type::Bool), "{good}");
    }
    for bad in [
        "quantity('1').sign() == 1",
        "quantity('1').isLessThan(1)",
        "duration('5x') > duration('1s')",
        "timestamp('today') > timestamp('2024-01-01T00:00:00Z')",
        "['a'].indexOf(1) == 0",
        "'a'.split(',', 1, 2).size() == 1",
        "optional.of('a').orValue(1) == 'a'",
        "ip('10.0.0.1').containsIP('10.0.0.1')",
    ] {
        assert!(rule(bad).is_err(), "{bad}");
    }
}

#[test]
fn optional_entries_take_optional_values() {
    for good in [
        "[?self.?name, 'a'].size() == 2",
        "{?'a': self.?name}.size() == 1",
        "{'a': self.name, ?'b': optional.none()}.size() == 1",
        "google.protobuf.Int32Value{?value: optional.of(1)} != null",
    ] {
        assert_eq!(rule(good), Ok(Type::Bool), "{good}");
    }
    for bad in [
        "[?self.name].size() == 1",
        "{?'a': 'b'}.size() == 1",
        "{?'a': self.?name, 'b': 1}.size() == 1",
        "[?self.?size, 'a'].size() == 1",
        "has(self.?name)",
        "self.ports.all(p, p, true)",
        "Unknown{a: 1} == null",
    ] {
        assert!(rule(bad).is_err(), "{bad}");
    }
}

#[test]
fn format_prints_what_its_clauses_ask_for() {
    for good in [
        "'%s %d %.2f %b %x %o %%'.format([self.name, self.size, self.ratio, true, 'a', 1]) == ''",
        "'%s'.format([[1, 'a']]) == '' && '%e'.format(['NaN']) == ''",
        "'%d'.format([self.any]) == ''",
    ] {
        assert_eq!(rule(good), Ok(Type::Bool), "{good}");
    }
    for bad in [
        "'%d'.format([self.name]) == ''",
        "'%f'.format([1]) == ''",
        "'%s'.format([]) == ''",
        "'%s'.format(['a', 'b']) == ''",
        "'%q'.format([self.any]) == ''",
        "'%'.format(['a']) == ''",
        "'%.f'.format([1.5]) == ''",
        "'%s'.format([self.ports[0]]) == ''",
    ] {
        assert!(rule(bad).is_err(), "{bad}");
    }
}

#[test]
fn long_chains_of_macros_are_checked_in_time() {
    let text = format!("self.ports{}.size() == 0", ".filter(p, p.number > 1)".repeat(60));
    assert_eq!(rule(&text), Ok(Type::Bool));
}

#[test]
fn expressions_are_computed() {
    let yes = |text: &str| evaluate(text, vec![("self".to_owned(), Value::List(vec![Value::Int(1), Value::Int(2)]))]);
    for text in [
        "self.all(x, x > 0) && self.exists(x, x == 2) && self.exists_one(x, x == 1)",
        "self.map(x, x * 2) == [2, 4] && self.filter(x, x > 1).size() == 1",
        "1 in self && !(3 in self) && self[1] == 2",
        "duration('90m').getHours() == 1 && duration('1s') < duration('2s')",
        "'a-b'.split('-').join('+').upperAscii() == 'A+B'",
        "'abc'.substring(1, 2) == 'b' && 'abc'.indexOf('c') == 2 && 'abc'.matches('^a')",
        "true || self[9] == 1",
        "optional.none().orValue(7) == 7 && optional.of(1).optMap(x, x + 1).value() == 2",
        "[?optional.none(), 1, ?optional.of(2)] == self && {?'a': optional.none(), ?'b': optional.of(1)} == {'b': 1}",
        "{'a': 1, ?'a': optional.none()} == {}",
        "[duration('1s')].filter(d, d > duration('1h')).sum() == duration('0s') && [1].filter(x, x > 1).sum() < 1",
        "has(optional.of({'a': 1}).a) && !has(optional.of({'a': 1}).b) && !has(optional.none().a)",
        "has({'a': 1}.a) && type(self) == list && int('7') % 4 == 3 && !!true",
    ] {
        assert_eq!(yes(text), Ok(Value::Bool(true)), "{text}");
    }
    assert!(matches!(yes("self[9] == 1"), Err(Stop::Error(_))));
    assert!(matches!(yes("1 / 0 == 1"), Err(Stop::Error(_))));
    assert_eq!(yes("strings.quote('a') == ''"), Err(Stop::Unsupported));
}

/// Each line of `tests/data/cel/*.txt` compiles and gives its result.
#[test]
fn libraries_compute_what_an_api_server_does() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cel");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (expected, expression) = line.split_once(": ").unwrap();
            let found = match (rule(expression), evaluate(expression, Vec::new())) {
                (Err(why), _) => format!("does not compile: {why}"),
                (_, Ok(Value::Bool(value))) => value.to_string(),
                (_, Err(Stop::Error(_))) => "error".to_owned(),
                (_, Err(Stop::Unsupported)) => "unknown".to_owned(),
                (_, Ok(other)) => format!("{other:?}"),
            };
            if found != expected {
                wrong.push(format!("{expression}\n  expected {expected}, found {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing that can be written overflows the stack, also of a thread and without optimization.
#[test]
fn deep_expressions_end() {
    let nested = |count: usize| format!("{}self.size > 1{}", "(".repeat(count), ")".repeat(count));
    assert_eq!(rule(&nested(240)), Ok(Type::Bool));
    assert!(rule(&nested(300)).is_err_and(|error| error.contains("nested")));
    let chain = |link: &str, count: usize| format!("self.ports{}.size() > 0", link.repeat(count));
    assert_eq!(rule(&chain(".filter(p, p.number > 0)", 490)), Ok(Type::Bool));
    let long = format!("{}self.name{}", "[".repeat(200), ".a".repeat(400));
    assert!(rule(&long).is_err());
    let chains = (0..200).fold("self.any".to_owned(), |inner, _| format!("[{inner}{}]", ".a".repeat(240)));
    assert!(rule(&chains).is_err_and(|error| error.contains("nested")));
    let conditions = vec!["self.size > 1"; 490].join(" && ");
    assert_eq!(rule(&conditions), Ok(Type::Bool));
}
