//! Tests that objects behave as the Go values that charts see; the expectations are output of Helm 4.3.1.

use std::borrow::Cow;
use std::sync::Arc;

use mkmanifests_gotmpl::{
    Args, CallError, Caller, Elem, Function, Functions, IntKind, Map, MapMethod, MapType, MissingKey, Object,
    Templates, Type, Value,
};

/// `common.KubeVersion`: a struct with a `String` method of its pointer.
struct KubeVersion;

impl Object for KubeVersion {
    fn type_name(&self) -> Cow<'static, str> {
        "common.KubeVersion".into()
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        [("Version", "v1.37.0"), ("normalizedVersion", "v1.37.0"), ("Major", "1"), ("Minor", "37")]
            .map(|(name, value)| (name, Value::from(value)))
            .into()
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        let call = |_: &mut Caller<'_>, _: Args<'_>| Ok(Value::from("v1.37.0"));
        (name == "GitVersion").then(|| Function::new("GitVersion", &[], call))
    }

    fn display_in_action(&self) -> Option<String> {
        Some("v1.37.0".to_owned())
    }
}

/// `common.VersionSet`: a named list.
struct VersionSet;

impl Object for VersionSet {
    fn type_name(&self) -> Cow<'static, str> {
        "common.VersionSet".into()
    }

    fn underlying(&self) -> Value {
        Value::strings(["v1", "apps/v1"])
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        let has = move |_: &mut Caller<'_>, args: Args<'_>| {
            let Value::List(list) = self.underlying() else { return Ok(false.into()) };
            Ok(list.iter().any(|known| known.as_str() == args.get(0).as_str()).into())
        };
        (name == "Has").then(|| Function::new("Has", &[Type::Str], has))
    }
}

/// `engine.files`: a named map of bytes.
struct Files;

impl Object for Files {
    fn type_name(&self) -> Cow<'static, str> {
        "engine.files".into()
    }

    fn underlying(&self) -> Value {
        let entries = [("files/a.txt".into(), Value::bytes(*b"hello\n"))];
        Value::Map(Map::typed(entries.into(), MapType::BYTES))
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        let get = move |_: &mut Caller<'_>, args: Args<'_>| {
            let map = self.underlying().as_map().unwrap_or_default();
            Ok(match map.get(args.bytes(0)) {
                Some(Value::Bytes(bytes)) => Value::raw(bytes.to_vec()),
                _ => "".into(),
            })
        };
        (name == "Get").then(|| Function::new("Get", &[Type::Str], get))
    }
}

/// `time.Month`: a number with a name.
struct Month;

impl Object for Month {
    fn type_name(&self) -> Cow<'static, str> {
        "time.Month".into()
    }

    fn underlying(&self) -> Value {
        Value::Int(3, IntKind::Int)
    }

    fn display(&self) -> Option<String> {
        Some("March".to_owned())
    }
}

fn table(_: &mut Caller<'_>, map: &Map, args: Args<'_>) -> Result<Value, CallError> {
    match map.get(args.bytes(0)) {
        Some(value @ Value::Map(_)) => Ok(value),
        _ => Err(format!("{:?} is not a table", args.text(0)).into()),
    }
}

static VALUES: MapType = MapType {
    name: Some("common.Values"),
    elem: Elem::Any,
    methods: &[MapMethod { name: "Table", params: &[Type::Str], call: table }],
};

fn data() -> Value {
    let capabilities =
        Value::map([("KubeVersion", Value::object(KubeVersion)), ("APIVersions", Value::object(VersionSet))]);
    let values = Map::from_iter([("x", Value::map([("y", Value::from(1.0))]))]).with_type(&VALUES);
    Value::map([
        ("Capabilities", capabilities),
        ("Files", Value::object(Files)),
        ("Month", Value::object(Month)),
        ("Values", Value::Map(values)),
    ])
}

fn render(text: &str, missing_key: MissingKey) -> Result<String, String> {
    let mut functions = Functions::new();
    functions.insert(Function::variadic("list", &[Type::Any], |_, args| Ok(Value::list(args.0.to_vec()))));
    functions.insert(Function::new("upper", &[Type::Str], |_, args| Ok(args.text(0).to_uppercase().into())));
    let mut templates = Templates::new(Arc::new(functions));
    templates.missing_key = missing_key;
    templates.parse("gotpl", text).map_err(|error| error.to_string())?;
    let out = Arc::new(templates).render("gotpl", data()).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

#[test]
fn objects_print_and_answer_as_in_helm() {
    for (text, expected) in [
        ("{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Minor }}", "v1.37.0 37"),
        ("{{ .Capabilities.KubeVersion.GitVersion }}", "v1.37.0"),
        (r#"{{ printf "%s" .Capabilities.KubeVersion }}"#, "{v1.37.0 v1.37.0 1 37}"),
        (
            r#"{{ printf "%d" .Capabilities.KubeVersion }}"#,
            "{%!d(string=v1.37.0) %!d(string=v1.37.0) %!d(string=1) %!d(string=37)}",
        ),
        (r#"{{ printf "%q" .Capabilities.KubeVersion }}"#, r#"{"v1.37.0" "v1.37.0" "1" "37"}"#),
        (r#"{{ print .Capabilities.KubeVersion 1 "x" }}"#, "{v1.37.0 v1.37.0 1 37} 1x"),
        ("{{ list .Capabilities.KubeVersion }}", "[{v1.37.0 v1.37.0 1 37}]"),
        (r#"{{ .Capabilities.APIVersions.Has "v1" }}"#, "true"),
        (r#"{{ "v2" | .Capabilities.APIVersions.Has }}"#, "false"),
        ("{{ len .Capabilities.APIVersions }} {{ index .Capabilities.APIVersions 0 }}", "2 v1"),
        ("{{ range .Capabilities.APIVersions }}{{ . }},{{ end }}", "v1,apps/v1,"),
        (r#"{{ .Files.Get "files/a.txt" }}{{ .Files.Get "nope" }}"#, "hello\n"),
        ("{{ .Files }}", "map[files/a.txt:[104 101 108 108 111 10]]"),
        (r#"{{ index .Files "files/a.txt" }}"#, "[104 101 108 108 111 10]"),
        (r#"{{ range $k, $v := .Files }}{{ $k }}={{ printf "%s" $v }}{{ end }}"#, "files/a.txt=hello\n"),
        ("{{ if .Files }}t{{ end }}{{ if .Capabilities.KubeVersion }}t{{ end }}", "tt"),
        (r#"{{ printf "%T %T" .Values .Files }}"#, "common.Values engine.files"),
        (r#"{{ .Values.Table "x" }} {{ .Values.x }}"#, "map[y:1] map[y:1]"),
        (
            r#"{{ .Month }} {{ printf "%d %s %T" .Month .Month .Month }} {{ eq .Month 3 }}"#,
            "March 3 March time.Month true",
        ),
    ] {
        assert_eq!(render(text, MissingKey::Zero).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn objects_fail_as_in_helm() {
    for (text, expected) in [
        ("{{ .Files.Get }}", "1:9: executing \"gotpl\" at <.Files.Get>: wrong number of args for Get: want 1 got 0"),
        ("{{ .Files.Get 1 }}", "1:14: executing \"gotpl\" at <1>: expected string; found 1"),
        ("{{ .Files.Nope.x }}", "1:9: executing \"gotpl\" at <.Files.Nope.x>: can't evaluate field x in type []uint8"),
        (
            "{{ upper .Capabilities.KubeVersion }}",
            "1:22: executing \"gotpl\" at <.Capabilities.KubeVersion>: wrong type for value; expected string; \
             got common.KubeVersion",
        ),
        (
            "{{ range .Capabilities.KubeVersion }}{{ end }}",
            "1:22: executing \"gotpl\" at <.Capabilities.KubeVersion>: range can't iterate over {v1.37.0 v1.37.0 1 37}",
        ),
        (
            "{{ .Values.Table \"nope\" }}",
            "1:10: executing \"gotpl\" at <.Values.Table>: error calling Table: \"nope\" is not a table",
        ),
        (
            "{{ .Values.Table }}",
            "1:10: executing \"gotpl\" at <.Values.Table>: wrong number of args for Table: want 1 got 0",
        ),
        (
            "{{ index .Files 1 }}",
            "1:3: executing \"gotpl\" at <index .Files 1>: error calling index: value has type int; should be string",
        ),
        (
            "{{ eq .Capabilities.APIVersions .Capabilities.APIVersions }}",
            "1:3: executing \"gotpl\" at <eq .Capabilities.APIVersions .Capabilities.APIVersions>: error calling eq: \
             non-comparable type [v1 apps/v1]: common.VersionSet",
        ),
    ] {
        assert_eq!(render(text, MissingKey::Zero), Err(format!("template: gotpl:{expected}")), "{text}");
    }
}

#[test]
fn missing_keys_are_what_the_option_says() {
    assert_eq!(render("{{ .nope }}{{ .nope.x }}", MissingKey::Default).as_deref(), Ok("<no value><no value>"));
    let error = render("{{ .Values.nope }}", MissingKey::Error).expect_err("the key is missing");
    assert!(error.ends_with("at <.Values.nope>: map has no entry for key \"nope\""), "{error}");
    let error =
        render("{{ $x := index .Values \"nope\" }}{{ $x.y }}", MissingKey::Error).expect_err("the value is missing");
    assert!(error.ends_with("at <$x.y>: nil data; no entry for key \"y\""), "{error}");
}
