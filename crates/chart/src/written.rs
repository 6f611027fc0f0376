//! Keys as they were written: YAML 1.1 reads `on`, `yes` and `n` as booleans.

use mkmanifests_yaml::diagnostic::Sources;
use mkmanifests_yaml::tree::Entry;

/// The words that YAML 1.1 reads as a boolean (<https://yaml.org/type/bool.html>), in lower case.
const BOOLEANS: [&str; 8] = ["on", "off", "yes", "no", "y", "n", "true", "false"];

/// Returns a key as it was written if YAML read it as a boolean, otherwise the key itself.
pub(crate) fn key<'e>(entry: &'e Entry, sources: &'e Sources) -> &'e str {
    if !matches!(&*entry.key, "true" | "false") {
        return &entry.key;
    }
    word(entry, sources).filter(|word| BOOLEANS.contains(&word.to_lowercase().as_str())).unwrap_or(&entry.key)
}

/// Returns the help for a key that YAML read as a boolean.
pub(crate) fn quote_help(written: &str, read: &str) -> String {
    format!("YAML 1.1 reads the key `{written}` as the boolean `{read}`: write `\"{written}\"`")
}

/// Returns the word at the location of a key.
fn word<'e>(entry: &Entry, sources: &'e Sources) -> Option<&'e str> {
    let source = sources.get(entry.location.source)?;
    let line = source.text.lines().nth(entry.location.line.checked_sub(1)? as usize)?;
    let (start, _) = line.char_indices().nth(entry.location.column.checked_sub(1)? as usize)?;
    let rest = line.get(start..)?;
    rest.get(..rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()))
}
