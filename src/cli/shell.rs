//! Command lines in messages: quotes words for a shell, and splits a command line into positional words and flags.

use clap::Command;

use crate::components::vault_config::quote;

/// Joins words to a line that a POSIX shell splits into the same words.
pub(super) fn join<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(word).collect();
    words.join(" ")
}

/// Returns a word as a shell reads it, in quotes only where it needs them.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,=@%+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { quote(text) }
}

/// The words behind a subcommand.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// The words that are neither a flag nor the value of one.
    pub positional: Vec<String>,
    /// The flags that the command knows, with their values.
    pub flags: Vec<String>,
}

impl Words {
    /// Splits the words as `command` would. An unknown flag is omitted, and treated as one without a value.
    pub fn split(command: &Command, words: &[String]) -> Self {
        let mut split = Words::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (has_value, is_complete) = match word.strip_prefix("--").or_else(|| word.strip_prefix('-')) {
                None | Some("") => {
                    split.positional.push(word.clone());
                    continue;
                }
                Some(flag) => match takes_value(command, word, flag) {
                    None => continue,
                    Some(has_value) => (has_value, word.contains('=') || (!word.starts_with("--") && flag.len() > 1)),
                },
            };
            split.flags.push(word.clone());
            if has_value && !is_complete {
                split.flags.extend(words.next().cloned());
            }
        }
        split
    }
}

/// Returns whether a flag takes a value, or `None` if the command has no such flag.
fn takes_value(command: &Command, word: &str, flag: &str) -> Option<bool> {
    let name = flag.split('=').next().unwrap_or_default();
    let is_long = word.starts_with("--");
    let arg = command.get_arguments().find(|arg| match is_long {
        true => arg.get_long() == Some(name),
        false => arg.get_short().is_some() && arg.get_short() == name.chars().next(),
    })?;
    Some(arg.get_action().takes_values())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_where_a_shell_needs_it() {
        assert_eq!(join(["a=b", "a={b,c}", "", "it's"]), r"a=b 'a={b,c}' '' 'it'\''s'");
    }

    #[test]
    fn splits_as_the_command_would() {
        let mut root = super::super::command();
        root.build();
        let chart = root.find_subcommand("chart").expect("a subcommand");
        let words = ["web", "--wait", "-n", "shop", "./vault", "--set=a=b", "-q", "-fx.yaml"].map(str::to_owned);
        let split = Words::split(chart, &words);
        assert_eq!(split.positional, ["web", "./vault"]);
        assert_eq!(split.flags, ["-n", "shop", "--set=a=b", "-q", "-fx.yaml"]);
    }
}
