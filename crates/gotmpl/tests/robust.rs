//! Tests that no template can crash the program.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mkmanifests_go::{float, quote};
use mkmanifests_gotmpl::{Error, Function, Functions, Limits, Templates, Type, Value, fmt};
use proptest::prelude::*;

fn functions() -> Functions {
    let mut functions = Functions::new();
    functions.extend([
        Function::variadic("list", &[Type::Any], |_, args| Ok(Value::list(args.rest(0).iter().cloned()))),
        Function::new("dict", &[], |_, _| Ok(Value::Map(Default::default()))),
        Function::new("set", &[Type::Map, Type::Str, Type::Any], |_, args| {
            args.map(0).insert(args.text(1), args.get(2).clone())?;
            Ok(args.get(0).clone())
        }),
        Function::new("include", &[Type::Str, Type::Any], |caller, args| {
            Ok(caller.render(args.text(0).as_ref(), args.get(1).clone())?.into())
        }),
        Function::new("tpl", &[Type::Str, Type::Any], |caller, args| {
            let mut set = Templates::child(caller.templates());
            let parsed = set.parse("gotpl", &args.text(0))?;
            Ok(Value::raw(caller.render_parsed(&Arc::new(set), &parsed, args.get(1).clone())?))
        }),
    ]);
    functions
}

fn render_with(limits: Limits, text: &str, data: Value) -> Result<String, Box<Error>> {
    let mut templates = Templates::new(Arc::new(functions()));
    templates.limits = limits;
    templates.parse("file", text)?;
    let out = Arc::new(templates).render("file", data)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn render(text: &str) -> Result<String, Box<Error>> {
    render_with(Limits::default(), text, Value::map([("a", Value::from("x")), ("n", Value::from(5.0))]))
}

fn reason(text: &str) -> String {
    render(text).expect_err("this template fails").root().reason.clone()
}

#[test]
fn a_template_that_calls_itself_ends() {
    let error = reason(r#"{{define "t"}}{{template "t"}}{{end}}{{template "t"}}"#);
    assert_eq!(error, "exceeded maximum template depth (4000)");
    let error = reason(r#"{{define "t"}}{{include "t" .}}{{end}}{{include "t" .}}"#);
    assert_eq!(error, "exceeded maximum template depth (4000)");
    let error = reason(
        r#"{{define "t"}}{{if true}}{{with 1}}{{range 1}}{{(include "t" .)}}{{end}}{{end}}{{end}}{{end}}{{include "t" .}}"#,
    );
    assert_eq!(error, "blocks, parentheses and templates are nested too deeply");
    let error = reason("{{ tpl .t . }}");
    assert!(error.starts_with("invalid value; expected string"), "{error}");
    let nested = Value::map([("t", Value::from("{{ tpl .t . }}"))]);
    let error = render_with(Limits::default(), "{{ tpl .t . }}", nested).expect_err("it never ends");
    assert_eq!(error.root().reason, "exceeded maximum template depth (4000)");
}

#[test]
fn what_a_thousand_includes_deep_recursion_needs_is_there() {
    let text = r#"{{define "t"}}{{if .}}{{range 1}}{{include "t" $.next | printf "%s"}}{{end}}{{end}}x{{end}}{{include "t" .}}"#;
    let data = (0..1000).fold(Value::Nil, |next, _| Value::map([("next", next)]));
    let out = render_with(Limits::default(), text, data).expect("Helm allows 1000");
    assert_eq!(out.len(), 1001);
}

#[test]
fn deep_nesting_in_the_text_is_an_error() {
    let deep = 100_000;
    for (open, middle, close) in
        [("(", "1", ")"), ("{{if 1}}", "x", "{{end}}"), ("{{if 0}}{{else if 0}}", "x", "{{end}}")]
    {
        let text = format!("{}{middle}{}", open.repeat(deep), close.repeat(deep));
        let text = if open == "(" { format!("{{{{{text}}}}}") } else { text };
        assert_eq!(reason(&text), "max expression depth exceeded");
    }
    let text = format!("{{{{if 0}}}}{}{{{{end}}}}", "{{else if 0}}".repeat(deep));
    assert_eq!(reason(&text), "max expression depth exceeded");
    let text = format!("{{{{{}1{}}}}}", "(".repeat(900), ")".repeat(900));
    assert_eq!(render(&text).expect("some nesting is fine"), "1");
}

#[test]
fn endless_work_ends() {
    let limits = Limits { steps: 100_000, ..Limits::default() };
    let start = Instant::now();
    for text in ["{{range 1000000000}}{{end}}", "{{range 1000000000}}{{range 1000000000}}{{end}}{{end}}"] {
        let error = render_with(limits, text, Value::Nil).expect_err("too many steps");
        assert_eq!(error.reason, "the template takes more than 100000 steps");
    }
    assert!(start.elapsed() < Duration::from_secs(2));
    let limits = Limits { output: 1000, ..Limits::default() };
    let error = render_with(limits, "{{range 1000}}0123456789{{end}}", Value::Nil).expect_err("too long");
    assert_eq!(error.reason, "the template writes more than 1000 bytes");
    let error = render_with(limits, r#"{{printf "%100000d" 1}}"#, Value::Nil).expect_err("too long");
    assert_eq!(error.reason, "the template writes more than 1000 bytes");
}

#[test]
fn values_nested_without_end_are_harmless() {
    let build = r#"{{$x := list}}{{range 50000}}{{$x = list $x}}{{end}}"#;
    assert_eq!(render(&format!("{build}done")).expect("it is only built"), "done");
    let error = reason(&format!("{build}{{{{$x}}}}"));
    assert_eq!(error, "value is nested too deeply to be printed");
    let build = r#"{{$d := dict}}{{$_ := set $d "self" $d}}"#;
    assert_eq!(render(&format!("{build}{{{{len $d.self.self.self}}}}")).expect("a finite path"), "1");
    let error = reason(&format!("{build}{{{{print $d}}}}"));
    assert_eq!(error, "error calling print: value is nested too deeply to be printed");
    let build = r#"{{$d := dict}}{{range 50000}}{{$e := dict}}{{$_ := set $e "in" $d}}{{$d = $e}}{{end}}"#;
    assert_eq!(render(&format!("{build}done")).expect("it is only built"), "done");
}

#[test]
fn errors_say_where_and_by_which_way() {
    let text = "{{define \"inner\"}}\n  {{ .a.b }}{{end}}{{define \"outer\"}}{{template \"inner\" .}}{{end}}\n{{ include \"outer\" . }}";
    let error = render(text).expect_err("a string has no fields");
    assert_eq!(
        error.to_string(),
        "template: file:3:3: executing \"file\" at <include \"outer\" .>: error calling include: \
         template: file:2:7: executing \"inner\" at <.a.b>: can't evaluate field b in type interface {}"
    );
    let root = error.root();
    let at = root.at.clone().expect("a place");
    assert_eq!((&*at.file, at.line, at.column), ("file", 2, 7));
    assert_eq!(root.context.as_deref(), Some(".a.b"));
    assert_eq!(root.calls.len(), 1);
    assert_eq!((root.calls[0].line, root.calls[0].column), (2, 48));
}

#[test]
fn errors_of_the_parser_have_a_column() {
    let error = render("a\n  {{ upper .a | nope }}").expect_err("an unknown function");
    assert_eq!(error.to_string(), "template: file:2: function \"upper\" not defined");
    let at = error.at.clone().expect("a place");
    assert_eq!((at.line, at.column), (2, 5));
}

#[test]
fn slices_as_go_does() {
    // Not compared with Helm, whose `slice` is that of Sprig.
    for (text, expected) in [
        (r#"{{slice "abcde" 1}} {{slice "abcde" 1 3}} {{slice "abcde"}}"#, "bcde bc abcde"),
        (r#"{{slice (list 1 2 3) 1}} {{slice (list 1 2 3) 0 1}} {{slice (list 1 2 3) 0 1 2}}"#, "[2 3] [1] [1]"),
        (r#"{{slice "é" 0 1 | printf "%q"}}"#, r#""\xc3""#),
    ] {
        assert_eq!(render(text).expect(text), expected);
    }
    for (text, expected) in [
        (r#"{{slice "abc" 2 1}}"#, "error calling slice: invalid slice index: 2 > 1"),
        (r#"{{slice "abc" 0 4}}"#, "error calling slice: index out of range: 4"),
        (r#"{{slice "abc" 0 1 2}}"#, "error calling slice: cannot 3-index slice a string"),
        (r#"{{slice .n}}"#, "error calling slice: can't slice item of type float64"),
        (r#"{{slice nil}}"#, "error calling slice: slice of untyped nil"),
        (r#"{{slice (list 1) 0 1 1 1}}"#, "error calling slice: too many slice indexes: 4"),
    ] {
        assert_eq!(reason(text), expected);
    }
}

#[test]
fn later_files_replace_definitions_unless_they_are_empty() {
    let mut templates = Templates::new(Arc::new(functions()));
    templates.parse("a", r#"{{define "t"}}first{{end}}"#).expect("a");
    templates.parse("b", r#"{{define "t"}}second{{end}}{{template "t"}}"#).expect("b");
    templates.parse("c", r#"{{define "t"}} {{end}}"#).expect("c");
    let out = Arc::new(templates).render("b", Value::Nil).expect("b");
    assert_eq!(out, b"second");
}

#[test]
fn a_tpl_in_a_tpl_is_itself_even_if_blank() {
    let text = r#"{{tpl "<{{tpl \" {{define \\\"t\\\"}}in{{end}}\" .}}>{{.a}}" .}}"#;
    assert_eq!(render(text).expect("a blank text"), "< >x");
    let text = r#"{{define "t"}}out{{end}}{{tpl "{{define `t`}}in{{end}}{{include `t` .}}" .}}{{include "t" .}}"#;
    assert_eq!(render(text).expect("definitions stay in the tpl"), "inout");
}

/// Pieces that make templates that are nearly right more often than chance does.
fn nearly() -> impl Strategy<Value = String> {
    let pieces = [
        "{{",
        "}}",
        "{{-",
        "-}}",
        " ",
        "\n",
        "if",
        "else",
        "end",
        "range",
        "with",
        "define",
        "template",
        "block",
        "break",
        "continue",
        "nil",
        "true",
        ".",
        ".a",
        ".b.c",
        "$",
        "$x",
        ":=",
        "=",
        ",",
        "|",
        "(",
        ")",
        "\"s\"",
        "`r`",
        "'c'",
        "1",
        "1.5",
        "0x",
        "1_0",
        "-",
        "printf",
        "\"%v %5d\"",
        "index",
        "len",
        "list",
        "eq",
        "and",
        "include",
        "\"",
        "'",
        "/*",
        "*/",
        "é",
        "{{if .a}}",
        "{{end}}",
        "{{range list 1 2}}",
        "{{$x := 1}}",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::int),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<Vec<u8>>().prop_map(Value::raw),
        any::<Vec<u8>>().prop_map(Value::bytes),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
            proptest::collection::vec((any::<String>(), inner), 0..4).prop_map(Value::map),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses_or_fails(text in any::<String>()) {
        let _ = render(&text);
        let _ = render(&format!("{{{{{text}}}}}"));
    }

    #[test]
    fn any_template_renders_or_fails(text in nearly()) {
        let limits = Limits { steps: 10_000, ..Limits::default() };
        let _ = render_with(limits, &text, Value::map([("a", Value::from("x"))]));
    }

    #[test]
    fn text_without_actions_stays(text in "[^{]*") {
        prop_assert_eq!(render(&text).expect("plain text"), text);
    }

    #[test]
    fn any_format_prints(format in "[%#0+ *.\\[\\]0-9a-zA-Z-]{0,12}", args in proptest::collection::vec(values(), 0..3)) {
        let _ = fmt::sprintf(format.as_bytes(), &args);
    }

    #[test]
    fn any_value_prints_with_any_verb(value in values(), verb in any::<char>(), flags in "[#0+ -]{0,3}[0-9]{0,2}(\\.[0-9]{0,2})?") {
        let format = format!("%{flags}{verb}");
        let _ = fmt::sprintf(format.as_bytes(), &[value]);
    }

    #[test]
    fn floats_can_be_read_back(number in any::<f64>().prop_filter("a number", |number| number.is_finite())) {
        for verb in *b"geEG" {
            prop_assert_eq!(float::format_float(number, verb, None).parse::<f64>(), Ok(number));
        }
    }

    #[test]
    fn quoted_text_can_be_read_back(text in any::<Vec<u8>>()) {
        let quoted = quote::quote(&text);
        let read = quote::unquote(&quoted).map(std::borrow::Cow::into_owned);
        prop_assert_eq!(read, Some(text));
    }
}
