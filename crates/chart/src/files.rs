//! The files of a chart, which templates see as `.Files`, and their methods.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::behaviour::{Behaviour, Change};
use super::model::File;
use super::yaml_bridge::GoYaml;
use mkmanifests_go::glob::Glob;
use mkmanifests_gotmpl::helm::Yaml as _;
use mkmanifests_gotmpl::value::{Entries, MapMethod, MapType};
use mkmanifests_gotmpl::{Args, CallError, Caller, Elem, Map, Str, Type, Value};

/// Helm's type of `.Files`: a map from paths to bytes.
static FILES: MapType = MapType {
    name: Some("engine.files"),
    elem: Elem::Bytes,
    methods: &[
        MapMethod { name: "Get", params: &[Type::Str], call: get },
        MapMethod { name: "GetBytes", params: &[Type::Str], call: get_bytes },
        MapMethod { name: "Glob", params: &[Type::Str], call: glob },
        MapMethod { name: "Lines", params: &[Type::Str], call: lines },
        MapMethod { name: "AsConfig", params: &[], call: as_config },
        MapMethod { name: "AsSecrets", params: &[], call: as_secrets },
    ],
};

/// The same before [`Change::LinesOfEmptyFile`].
static OLD_FILES: MapType = MapType {
    name: Some("engine.files"),
    elem: Elem::Bytes,
    methods: &[
        MapMethod { name: "Get", params: &[Type::Str], call: get },
        MapMethod { name: "GetBytes", params: &[Type::Str], call: get_bytes },
        MapMethod { name: "Glob", params: &[Type::Str], call: glob },
        MapMethod { name: "Lines", params: &[Type::Str], call: old_lines },
        MapMethod { name: "AsConfig", params: &[], call: as_config },
        MapMethod { name: "AsSecrets", params: &[], call: as_secrets },
    ],
};

/// Returns the files of a chart as its templates see them.
pub(super) fn value(files: &[File], helm: Behaviour) -> Value {
    let kind = if helm.has(Change::LinesOfEmptyFile) { &FILES } else { &OLD_FILES };
    let entries = files.iter().map(|file| (file.name.as_str().into(), Value::Bytes(file.data.clone())));
    Map::typed(entries.collect(), kind).into()
}

type MethodResult = Result<Value, CallError>;

fn find(files: &Map, args: Args<'_>) -> Value {
    files.get(args.bytes(0)).unwrap_or_else(|| Value::bytes(Vec::new()))
}

fn get(_: &mut Caller<'_>, files: &Map, args: Args<'_>) -> MethodResult {
    Ok(Value::raw(bytes(&find(files, args))))
}

fn get_bytes(_: &mut Caller<'_>, files: &Map, args: Args<'_>) -> MethodResult {
    Ok(find(files, args))
}

fn glob(_: &mut Caller<'_>, files: &Map, args: Args<'_>) -> MethodResult {
    let glob = Glob::files(&args.text(0));
    let all = files.snapshot();
    let found = all.iter().filter(|(name, _)| glob.matches(&name.text()));
    let found: Entries = found.map(|(name, data)| (name.clone(), data.clone())).collect();
    Ok(Map::typed(found, files.kind()).into())
}

fn lines(_: &mut Caller<'_>, files: &Map, args: Args<'_>) -> MethodResult {
    let data = files.get(args.bytes(0)).map(|found| bytes(&found)).unwrap_or_default();
    let Some(last) = data.last() else { return Ok(Value::strings([""; 0])) };
    let text = if *last == b'\n' { data.get(..data.len() - 1).unwrap_or_default() } else { &data };
    Ok(Value::strings(text.split(|byte| *byte == b'\n').map(Str::from)))
}

fn old_lines(caller: &mut Caller<'_>, files: &Map, args: Args<'_>) -> MethodResult {
    match files.get(args.bytes(0)) {
        Some(found) if bytes(&found).is_empty() => Err("runtime error: index out of range [-1]".into()),
        _ => lines(caller, files, args),
    }
}

fn as_config(_: &mut Caller<'_>, files: &Map, _: Args<'_>) -> MethodResult {
    Ok(flat(files, Value::raw))
}

fn as_secrets(_: &mut Caller<'_>, files: &Map, _: Args<'_>) -> MethodResult {
    Ok(flat(files, |data| STANDARD.encode(data).into()))
}

/// Writes the files as a YAML mapping from their base names.
fn flat(files: &Map, text: impl Fn(Vec<u8>) -> Value) -> Value {
    let all = files.snapshot();
    let entries = all.iter().map(|(name, data)| (Str::from(base(name.as_bytes())), text(bytes(data))));
    let map = Map::typed(entries.collect(), MapType::STR);
    // As in Helm, the result is empty if it cannot be written.
    let yaml = GoYaml.write(&map.into()).unwrap_or_default();
    yaml.strip_suffix('\n').unwrap_or(&yaml).into()
}

fn base(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

fn bytes(value: &Value) -> Vec<u8> {
    if let Value::Bytes(bytes) = value { bytes.to_vec() } else { Vec::new() }
}
