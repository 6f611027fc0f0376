//! `semver` and `semverCompare`: versions and constraints as the Go library `Masterminds/semver` has them.
//!
//! The crate `semver` is not used: it has Cargo's constraints, with `^` as the default operator, without `||` and `!=`,
//! and it refuses versions such as `v1.2`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::{Args, CallError, Caller, Function, Object, Type, UintKind, Value};
use mkmanifests_go::semver::{Constraints, Version};

/// Returns `semver` and `semverCompare`.
pub fn functions() -> Vec<Function> {
    vec![
        Function::new("semver", &[Type::Str], |_, args| {
            Ok(Value::object(VersionObject { version: Version::parse(&args.text(0))?, pointer: true }))
        }),
        Function::new("semverCompare", &[Type::Str, Type::Str], |_, args| {
            let constraints = Constraints::parse(&args.text(0))?;
            Ok(Value::Bool(constraints.check(&Version::parse(&args.text(1))?)))
        }),
    ]
}

/// A version as templates see it: `*semver.Version`, or `semver.Version` as the result of its methods.
#[derive(Debug)]
pub struct VersionObject {
    version: Version,
    pointer: bool,
}

const POINTER: &str = "*semver.Version";
const STRUCT: &str = "semver.Version";

impl Object for VersionObject {
    fn type_name(&self) -> Cow<'static, str> {
        if self.pointer { POINTER.into() } else { STRUCT.into() }
    }

    fn display(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn plain(&self) -> Option<Value> {
        Some(self.version.to_string().into())
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        simple_method(&self, name).or_else(|| changing_method(&self, name)).or_else(|| comparing_method(self, name))
    }
}

type Getter = fn(&Version) -> Value;

fn simple_method(object: &Arc<VersionObject>, name: &str) -> Option<Function> {
    let (name, get): (&'static str, Getter) = match name {
        "Major" => ("Major", |version| Value::Uint(version.major, UintKind::Uint64)),
        "Minor" => ("Minor", |version| Value::Uint(version.minor, UintKind::Uint64)),
        "Patch" => ("Patch", |version| Value::Uint(version.patch, UintKind::Uint64)),
        "Prerelease" => ("Prerelease", |version| version.prerelease.as_str().into()),
        "Metadata" => ("Metadata", |version| version.metadata.as_str().into()),
        "String" => ("String", |version| version.to_string().into()),
        "Value" => ("Value", |version| version.to_string().into()),
        "MarshalText" => ("MarshalText", |version| Value::bytes(version.to_string().into_bytes())),
        "MarshalJSON" => ("MarshalJSON", |version| Value::bytes(format!("\"{version}\"").into_bytes())),
        // A method of the pointer only; a value that came from a method cannot be pointed to.
        "Original" if object.pointer => ("Original", |version| version.original.as_str().into()),
        _ => return None,
    };
    let object = Arc::clone(object);
    Some(Function::new(name, &[], move |_, _| Ok(get(&object.version))))
}

type Change = fn(&Version, &str) -> Result<Version, String>;

fn changing_method(object: &Arc<VersionObject>, name: &str) -> Option<Function> {
    let (name, params, change): (&'static str, &'static [Type], Change) = match name {
        "IncPatch" => ("IncPatch", &[], |version, _| version.next_patch()),
        "IncMinor" => ("IncMinor", &[], |version, _| version.next_minor()),
        "IncMajor" => ("IncMajor", &[], |version, _| version.next_major()),
        "SetPrerelease" => ("SetPrerelease", &[Type::Str], Version::with_prerelease),
        "SetMetadata" => ("SetMetadata", &[Type::Str], Version::with_metadata),
        _ => return None,
    };
    let object = Arc::clone(object);
    Some(Function::new(name, params, move |_: &mut Caller<'_>, args: Args<'_>| {
        let version = change(&object.version, &args.text(0))?;
        Ok(Value::object(VersionObject { version, pointer: false }))
    }))
}

type Judge = fn(Ordering) -> Value;

fn comparing_method(object: Arc<VersionObject>, name: &str) -> Option<Function> {
    let (name, judge): (&'static str, Judge) = match name {
        "Compare" => ("Compare", |order| Value::int(order as i64)),
        "Equal" => ("Equal", |order| Value::Bool(order.is_eq())),
        "LessThan" => ("LessThan", |order| Value::Bool(order.is_lt())),
        "LessThanEqual" => ("LessThanEqual", |order| Value::Bool(order.is_le())),
        "GreaterThan" => ("GreaterThan", |order| Value::Bool(order.is_gt())),
        "GreaterThanEqual" => ("GreaterThanEqual", |order| Value::Bool(order.is_ge())),
        _ => return None,
    };
    if !object.pointer {
        return None;
    }
    Some(Function::new(name, &[Type::Object(POINTER)], move |_, args| match args.get(0).as_object::<VersionObject>() {
        Some(other) => Ok(judge(object.version.order(&other.version))),
        None if name == "Equal" => Ok(Value::Bool(false)),
        None => Err(CallError::from("runtime error: invalid memory address or nil pointer dereference")),
    }))
}
