//! What several tests need.

use std::path::PathBuf;

/// The path of a real program: in the directory that `MKMANIFESTS_PEERS` names, or on `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let peers = std::env::var_os("MKMANIFESTS_PEERS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    peers.into_iter().chain(std::env::split_paths(&path)).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// The few functions of other files that the cases make values with.
pub fn group_a() -> Vec<mkmanifests::gotmpl::Function> {
    use mkmanifests::gotmpl::{Function, Type, Value};
    vec![
        Function::variadic("list", &[Type::Any], |_, args| Ok(Value::list(args.rest(0).iter().cloned()))),
        Function::variadic("dict", &[Type::Any], |_, args| {
            Ok(Value::map(args.0.chunks(2).map(|pair| (pair[0].as_str().expect("a key").clone(), pair[1].clone()))))
        }),
        Function::new("int64", &[Type::Any], |_, args| Ok(Value::int64(args.int(0)))),
        Function::new("float64", &[Type::Any], |_, args| Ok(Value::Float(args.int(0) as f64))),
        Function::new("repeat", &[Type::Int, Type::Str], |_, args| {
            Ok(args.text(1).repeat(usize::try_from(args.int(0)).unwrap_or_default()).into())
        }),
        Function::new("typeOf", &[Type::Any], |_, args| Ok(args.get(0).type_name().into_owned().into())),
        Function::new("kindOf", &[Type::Any], |_, args| Ok(args.get(0).kind().name().into())),
        Function::new("splitList", &[Type::Str, Type::Str], |_, args| {
            Ok(Value::strings(args.text(1).split(&*args.text(0)).map(str::to_owned)))
        }),
        Function::new("substr", &[Type::Int, Type::Int, Type::Str], |_, args| {
            Ok(args.text(2)[args.int(0) as usize..args.int(1) as usize].to_owned().into())
        }),
        Function::new("toString", &[Type::Any], |_, args| {
            let text = mkmanifests::gotmpl::fmt::sprint(&[args.get(0).clone()]);
            Ok(Value::raw(text.unwrap_or_default()))
        }),
    ]
}
