//! Boolean flags with a value, `--no-hooks=false`, which callers of Helm write.

use std::collections::BTreeSet;
use std::ffi::OsString;

use super::command;
use super::helm::boolean;

/// Replaces `--flag=true` by `--flag`, and removes a boolean flag of `chart` whose last value is false.
pub(super) fn without_values(words: Vec<OsString>) -> Vec<OsString> {
    let is_of_chart = words.get(1).is_some_and(|word| word == "chart");
    if !is_of_chart || !words.iter().any(|word| value(word).is_some()) {
        return words;
    }
    let mut root = command();
    root.build();
    let arguments = root.find_subcommand("chart").into_iter().flat_map(clap::Command::get_arguments);
    let names: BTreeSet<String> = arguments
        .filter(|arg| !arg.get_action().takes_values())
        .filter_map(|arg| Some(format!("--{}", arg.get_long()?)))
        .collect();
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let flag = |word: &OsString| {
        let (name, value) = value(word).unwrap_or((word.to_str()?, true));
        names.contains(name).then(|| (name.to_owned(), value))
    };
    let last = |name: &str| words.iter().take(end).rev().filter_map(flag).find(|(known, _)| known == name);
    let words_of = |(at, word): (usize, &OsString)| match flag(word).filter(|_| at < end) {
        None => Some(word.clone()),
        Some((name, _)) => last(&name).is_some_and(|(_, value)| value).then(|| name.into()),
    };
    words.iter().enumerate().filter_map(words_of).collect()
}

/// Returns the name and the value of `--name=BOOLEAN`.
fn value(word: &OsString) -> Option<(&str, bool)> {
    let (name, value) = word.to_str()?.split_once('=')?;
    Some((name.strip_prefix("--").map(|_| name)?, boolean(value).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(line: &str) -> String {
        let words = without_values(line.split(' ').map(OsString::from).collect());
        words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn boolean_flags_lose_their_values() {
        assert_eq!(plain("x chart web --no-hooks=false --skip-tests=true"), "x chart web --skip-tests");
        assert_eq!(plain("x chart web --no-hooks --no-hooks=false --set=a=false"), "x chart web --set=a=false");
        assert_eq!(
            plain("x chart web --no-hooks=maybe --name-template=true"),
            "x chart web --no-hooks=maybe --name-template=true"
        );
        assert_eq!(plain("x chart --strict=true -- --strict=false"), "x chart --strict -- --strict=false");
        assert_eq!(plain("x ray --set=a=true"), "x ray --set=a=true");
    }
}
