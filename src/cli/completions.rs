//! Completion scripts for shells, and the names that they offer.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};
use clap_complete::Shell;

use super::{command, helm, help};
use crate::check::catalog;
use crate::components::Component;

/// Names that completion offers for an argument that also takes other texts.
#[derive(Clone, Copy)]
pub(super) enum Names {
    /// The ids of validation rules.
    Rules,
    /// The ids of the objects of a component.
    Objects(&'static dyn Component),
    /// The subcommands.
    Commands,
    /// The commands of Helm.
    HelmCommands,
}

impl Names {
    fn all(self) -> Vec<&'static str> {
        match self {
            Names::Rules => catalog::all().into_iter().map(|rule| rule.id).collect(),
            Names::Objects(component) => component.object_ids().to_vec(),
            Names::Commands => help::command_names().collect(),
            Names::HelmCommands => helm::command_names().collect(),
        }
    }
}

/// A parser that takes any text and offers names for completion.
#[derive(Clone)]
pub(super) struct Suggest(pub Names);

impl TypedValueParser for Suggest {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.all().into_iter().map(PossibleValue::new)))
    }
}

/// Returns the completion script for a shell.
pub(super) fn script(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command(), "mkmanifests", &mut text);
    match shell {
        Shell::Bash => commands_first(&String::from_utf8_lossy(&text)).into_bytes(),
        Shell::Fish => [text, fish_arguments().into_bytes()].concat(),
        _ => text,
    }
}

/// Returns the lines that complete positional arguments in fish, which clap leaves out.
fn fish_arguments() -> String {
    let mut root = command();
    root.build();
    let mut lines = String::new();
    for subcommand in root.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        for argument in subcommand.get_positionals() {
            let values = argument.get_value_parser().possible_values().into_iter().flatten();
            let values: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
            if !values.is_empty() {
                let (name, values) = (subcommand.get_name(), values.join(" "));
                lines.push_str(&format!(
                    "complete -c mkmanifests -n \"__fish_mkmanifests_using_subcommand {name}\" -f -a \"{values}\"\n"
                ));
            }
        }
    }
    lines
}

/// Moves the flags behind subcommands and other words in every list of a script for bash, which offers them in this order.
///
/// Other shells offer flags only after `-`.
fn commands_first(script: &str) -> String {
    let lines = script.lines().map(|line| match line.trim_start().strip_prefix("opts=\"") {
        Some(list) => {
            let indent = &line[..line.len() - line.trim_start().len()];
            let words = list.trim_end_matches('"').split_whitespace();
            let (flags, others): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with('-'));
            format!("{indent}opts=\"{}\"\n", [others, flags].concat().join(" "))
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}
