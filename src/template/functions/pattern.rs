//! Filters with regular expressions in the syntax of RE2, as in Sprig.

use minijinja::{Environment, Error};
use regex::Regex;

use super::super::value::invalid;

pub(super) fn add(env: &mut Environment<'_>) {
    env.add_filter("regex_match", |text: String, pattern: String| Ok::<_, Error>(compile(&pattern)?.is_match(&text)));
    env.add_filter("regex_replace", |text: String, pattern: String, with: String| {
        Ok::<_, Error>(compile(&pattern)?.replace_all(&text, with.as_str()).into_owned())
    });
}

fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern).map_err(|error| {
        let text = error.to_string();
        let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        invalid(format!("invalid regular expression {pattern:?}: {why}"))
    })
}
