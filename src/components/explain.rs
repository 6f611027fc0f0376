//! Adds help to diagnostics about values from the text of a file or flag: a key that is not indented, a dot that is not escaped.

mod flag;
mod indentation;
mod schema;

use schemars::Schema;

use self::indentation::Text;
use self::schema::Keys;
use crate::diagnostic::{Code, Diagnostic, FieldPath, Location, Source, SourceId, Sources, Step, ValueCode, nearest};
use crate::tree::Node;
use crate::values::Values;

/// Improves the help of diagnostics about the values `root`, and drops those that only follow from another one.
///
/// `schema` describes the values; it is created only if a diagnostic needs it.
pub(crate) fn explain(
    diagnostics: &mut Vec<Diagnostic>,
    root: &Node,
    sources: &Sources,
    schema: impl FnOnce() -> Schema,
) {
    if diagnostics.iter().all(Diagnostic::is_warning) {
        return;
    }
    drop_consequences(diagnostics, root);
    let is_unknown = |diagnostic: &Diagnostic| *diagnostic.code() == Code::Value(ValueCode::UnknownField);
    let keys = diagnostics.iter().any(is_unknown).then(|| Keys::of(schema()));
    let unknown: Vec<_> = diagnostics.iter().filter(|it| is_unknown(it)).map(|it| it.location).collect();
    let text = Text::new(&unknown, sources);
    for diagnostic in diagnostics {
        match diagnostic.code() {
            Code::Value(ValueCode::UnknownField) => {
                let Some(keys) = &keys else { continue };
                if !indentation::explain(diagnostic, keys, &text) {
                    flag::explain_unknown(diagnostic, keys, sources);
                }
            }
            Code::Value(ValueCode::MissingField) => explain_missing(diagnostic, sources),
            Code::Value(ValueCode::NotText { .. } | ValueCode::WrongType { .. }) => {
                flag::explain_type(diagnostic, root, sources);
            }
            _ => {}
        }
    }
}

/// Values at the top have defaults, so that one of them is missing only if `null` has removed it: shows that `null`.
fn explain_missing(diagnostic: &mut Diagnostic, sources: &Sources) {
    let [Step::Field(name)] = diagnostic.field().steps() else {
        diagnostic.help = Vec::new();
        return;
    };
    let null = sources.iter().rev().find_map(|(id, source)| null_at(name, id, source));
    if let Some(location) = null {
        diagnostic.location = location;
        diagnostic.label = "this key has no value, so it is null".to_owned();
    }
    diagnostic.help = vec!["`null` removes the default; set a value, or remove the key".to_owned()];
}

/// Returns the location of a top-level key of a values file whose value is null.
fn null_at(name: &str, id: SourceId, source: &Source) -> Option<Location> {
    let values = Values::parse(&source.name, &source.text).ok()?;
    let entry = values.root.as_map()?.entry(name).filter(|entry| entry.value.is_null())?;
    Some(Location { source: id, ..entry.location })
}

/// Drops errors of rules that only follow from another error: about a value that could not be read, or about a key that is
/// misspelt.
fn drop_consequences(diagnostics: &mut Vec<Diagnostic>, root: &Node) {
    let unread: Vec<FieldPath> = diagnostics
        .iter()
        .filter(|diagnostic| {
            matches!(diagnostic.code(), Code::Value(ValueCode::NotText { .. } | ValueCode::WrongType { .. }))
        })
        .map(|diagnostic| diagnostic.field().clone())
        .collect();
    let unknown: Vec<FieldPath> = diagnostics
        .iter()
        .filter(|diagnostic| *diagnostic.code() == Code::Value(ValueCode::UnknownField))
        .map(|diagnostic| diagnostic.field().clone())
        .collect();
    diagnostics.retain(|diagnostic| {
        let steps = diagnostic.field().steps();
        let is_rule = *diagnostic.code() == Code::Value(ValueCode::Invalid) && !diagnostic.is_warning();
        let is_unset = || flag::find(root, diagnostic.field()).is_none();
        let follows = || {
            unread.iter().any(|path| path.steps().starts_with(steps))
                || (is_unset() && unknown.iter().any(|path| is_misspelt(steps, path.steps())))
        };
        steps.is_empty() || !is_rule || !follows()
    });
}

/// Returns whether an unknown key is a misspelt form of a field of the same mapping.
fn is_misspelt(field: &[Step], unknown: &[Step]) -> bool {
    match (field.split_last(), unknown.split_last()) {
        (Some((Step::Field(name), parents)), Some((Step::Field(key), above))) => {
            parents == above && nearest(key, [name.as_str()]).is_some()
        }
        _ => false,
    }
}
