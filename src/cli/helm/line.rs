//! Finds the command in a command line, and reads its flags and arguments as Helm does.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::pflag::{self, FlagSet, Parsed};
use super::{COMMANDS, Console, Entry, Error, cluster, flags, help};
use crate::diagnostic::nearest;
use crate::go::quote::quote;

/// What a command line asks for.
pub(super) enum Outcome {
    /// This text.
    Help(String),
    /// A command that needs a cluster, or a plugin: its name.
    Cluster(String),
    /// A command.
    Command {
        /// The command.
        entry: &'static Entry,
        /// Its flags and arguments.
        matches: ArgMatches,
        /// The flags that every command has.
        globals: ArgMatches,
    },
}

/// Reads the words behind `helm`.
///
/// `hands_over_unknown` says whether an unknown command may be a plugin of a real Helm.
pub(super) fn read(
    words: &[String],
    globals: &[Arg],
    hands_over_unknown: bool,
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    let root = Command::new("helm");
    let Some(at) = first_operand(&FlagSet::new(&root, globals), words) else {
        FlagSet::new(&root, globals).parse(words).map_err(Error::Message)?;
        return Ok(Outcome::Help(help::root(globals)));
    };
    let name = &words[at];
    if name == "help" {
        return topic(&without(words, at), globals, console);
    }
    let Some(entry) = find(name) else {
        let is_known = cluster::is_known(name) || hands_over_unknown;
        return if is_known { Ok(Outcome::Cluster(name.clone())) } else { Err(unknown(name)) };
    };
    let command = (entry.command)();
    let (path, words) = descend(&command, globals, without(words, at));
    let leaf = leaf(&command, &path);
    let parsed = FlagSet::new(leaf, globals).parse(&words).map_err(Error::Message)?;
    let title = std::iter::once(entry.name).chain(path.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
    print_deprecations(&parsed, leaf, console);
    if parsed.help || leaf.has_subcommands() {
        return Ok(Outcome::Help(help::of(&title, leaf.clone())));
    }
    check_count(&title, leaf, parsed.words.len())?;
    let (global, own): (Vec<_>, Vec<_>) = parsed.flags.iter().partition(|flag| !has(leaf, &flag.name));
    let own = path.iter().cloned().chain(own.iter().map(|flag| flag.word()));
    let own = own.chain(["--".to_owned()]).chain(parsed.words.iter().cloned());
    let matches = match_words(unsplit(command.clone(), &path), own)?;
    let global = match_words(
        unsplit(Command::new("helm").args(globals.iter().cloned()), &[]),
        global.iter().map(|flag| flag.word()),
    )?;
    check_color(&global, console)?;
    Ok(Outcome::Command { entry, matches, globals: global })
}

fn find(name: &str) -> Option<&'static Entry> {
    COMMANDS.iter().find(|entry| entry.name == name || entry.aliases.contains(&name))
}

/// Returns the index of the first word that is neither a flag nor the value of one.
fn first_operand(set: &FlagSet<'_>, words: &[String]) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word.as_str() {
            "--" => return None,
            flag if flag.starts_with('-') => at += if set.takes_next_word(flag) { 2 } else { 1 },
            "" => at += 1,
            _ => return Some(at),
        }
    }
    None
}

fn without(words: &[String], at: usize) -> Vec<String> {
    words.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, word)| word.clone()).collect()
}

/// Follows the names of subcommands; returns them and the other words.
fn descend(command: &Command, globals: &[Arg], mut words: Vec<String>) -> (Vec<String>, Vec<String>) {
    let (mut path, mut current) = (Vec::new(), command);
    while let Some(at) = first_operand(&FlagSet::new(current, globals), &words) {
        let Some(sub) = current.find_subcommand(&words[at]) else { break };
        path.push(sub.get_name().to_owned());
        words = without(&words, at);
        current = sub;
    }
    (path, words)
}

fn leaf<'a>(command: &'a Command, path: &[String]) -> &'a Command {
    path.iter().fold(command, |command, name| command.find_subcommand(name).unwrap_or(command))
}

fn has(command: &Command, flag: &str) -> bool {
    command.get_arguments().any(|arg| arg.get_long() == Some(flag))
}

/// Prepares a command for words that [`pflag`] has already split; the last of a repeated flag counts.
fn unsplit(command: Command, path: &[String]) -> Command {
    let command = command
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .args_override_self(true)
        .mut_args(|arg| arg.value_delimiter(None));
    match path {
        [] => command,
        [name, path @ ..] => command.mut_subcommand(name, |sub| unsplit(sub, path)),
    }
}

fn match_words(command: Command, words: impl Iterator<Item = String>) -> Result<ArgMatches, Error> {
    let named = command.clone();
    let words = std::iter::once(command.get_name().to_owned()).chain(words);
    let words: Vec<String> = words.collect();
    command.try_get_matches_from(&words).map_err(|error| Error::Message(explain(&error, &named)))
}

/// Returns Helm's text about a value that a flag does not take.
fn explain(error: &clap::Error, command: &Command) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let name = text(ContextKind::InvalidArg).unwrap_or_default();
    let name = name.trim_start_matches("--").split([' ', '=', '[']).next().unwrap_or_default();
    let why = match error.kind() {
        ErrorKind::ValueValidation => std::error::Error::source(error).map(ToString::to_string).unwrap_or_default(),
        _ => return error.to_string().trim_start_matches("error: ").trim_end().to_owned(),
    };
    match find_flag(command, name) {
        Some(arg) => pflag::invalid(value, arg, &why),
        None => why,
    }
}

fn find_flag<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    let own = command.get_arguments().find(|arg| arg.get_long() == Some(name));
    own.or_else(|| command.get_subcommands().find_map(|sub| find_flag(sub, name)))
}

/// Checks how many arguments a command has.
fn check_count(title: &str, command: &Command, count: usize) -> Result<(), Error> {
    let (mut least, mut most) = (0, Some(0));
    for arg in command.get_positionals() {
        let range = arg.get_num_args();
        let is_list = matches!(arg.get_action(), ArgAction::Append);
        let (min, max) =
            range.map_or((1, if is_list { usize::MAX } else { 1 }), |it| (it.min_values(), it.max_values()));
        least += if arg.is_required_set() { min } else { 0 };
        most = most.and_then(|most: usize| most.checked_add(max)).filter(|most| *most != usize::MAX);
    }
    let plural = |count: usize| if count == 1 { "argument" } else { "arguments" };
    let what = match most {
        Some(most) if count > most && most == 0 => "accepts no arguments".to_owned(),
        Some(most) if least == most && count != least => format!("requires {least} {}", plural(least)),
        Some(most) if count > most => format!("accepts at most {most} {}", plural(most)),
        _ if count < least => format!("requires at least {least} {}", plural(least)),
        _ => return Ok(()),
    };
    let title = quote(format!("helm {title}").as_bytes());
    Err(Error::Message(format!("{title} {what}\n\nUsage:  {}", help::usage(command))))
}

fn print_deprecations(parsed: &Parsed, command: &Command, console: &mut Console<'_>) {
    for name in &parsed.given {
        let advice = flags::DEPRECATED.iter().find(|(deprecated, _)| deprecated == name);
        if let Some((_, advice)) = advice.filter(|_| has(command, name)) {
            console.write_error(&format!("Flag --{name} has been deprecated, {advice}\n"));
        }
    }
}

fn check_color(globals: &ArgMatches, console: &mut Console<'_>) -> Result<(), Error> {
    let mut modes = ["color", "colour"].into_iter().filter_map(|name| globals.get_one::<String>(name));
    let Some(mode) = modes.find(|mode| !["never", "auto", "always"].contains(&mode.as_str())) else {
        return Ok(());
    };
    let why = format!("invalid color mode {}: must be one of: never, auto, always", quote(mode.as_bytes()));
    let why = quote(why.as_bytes());
    console.write_error(&format!("level=WARN msg=\"command failed\" error={why}\n"));
    Err(Error::Reported)
}

/// Answers `helm help COMMAND`.
fn topic(words: &[String], globals: &[Arg], console: &mut Console<'_>) -> Result<Outcome, Error> {
    let root = Command::new("helm");
    let parsed = FlagSet::new(&root, globals).parse(words).map_err(Error::Message)?;
    let Some((name, rest)) = parsed.words.split_first() else { return Ok(Outcome::Help(help::root(globals))) };
    let Some(entry) = find(name) else {
        let asked = parsed.words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
        console.write_error(&format!("Unknown help topic [{asked}]\n{}", help::root(globals)));
        return Ok(Outcome::Help(String::new()));
    };
    let command = (entry.command)();
    let (path, _) = descend(&command, globals, rest.to_vec());
    let title = std::iter::once(entry.name).chain(path.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
    Ok(Outcome::Help(help::of(&title, leaf(&command, &path).clone())))
}

/// Returns Helm's text about a command that does not exist.
fn unknown(name: &str) -> Error {
    let names: Vec<&str> = COMMANDS.iter().map(|entry| entry.name).chain(cluster::NAMES.iter().copied()).collect();
    let lower = name.to_lowercase();
    let prefixed = names.iter().copied().filter(|known| known.starts_with(&lower));
    let mut similar: Vec<&str> = prefixed.chain(nearest(name, names.iter().copied())).collect();
    similar.sort_unstable();
    similar.dedup();
    let suggestions = similar.iter().map(|name| format!("\t{name}\n")).collect::<String>();
    let meant = if similar.is_empty() { String::new() } else { format!("\n\nDid you mean this?\n{suggestions}") };
    let name = quote(name.as_bytes());
    Error::Message(format!("unknown command {name} for \"helm\"{meant}\nRun 'helm --help' for usage."))
}
