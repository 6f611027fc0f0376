//! The help of Helm's commands, in words of our own.

use clap::{Arg, Command};

use super::{COMMANDS, cluster};

/// Returns the help of `helm`.
pub(super) fn root(globals: &[Arg]) -> String {
    let commands = COMMANDS.iter().map(|entry| Command::new(entry.name).about(entry.about));
    let cluster = cluster::NAMES.iter().map(|name| Command::new(*name).hide(true));
    Command::new("helm")
        .about("Answers as Helm does, for everything that needs no cluster")
        .override_usage("helm COMMAND [flags]")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .args(globals.iter().cloned())
        .subcommands(commands.chain(cluster))
        .after_help(
            "Commands that need a cluster are handed to the program that MKMANIFESTS_HELM names.\n\
             `helm COMMAND --help` prints the flags of a command.",
        )
        .max_term_width(100)
        .render_help()
        .to_string()
}

/// Returns the help of a command. `title` is its name with those of the commands above it.
pub(super) fn of(title: &str, command: Command) -> String {
    let is_group = command.has_subcommands();
    let usage = if is_group { format!("helm {title} COMMAND [flags]") } else { usage(&command) };
    let after = if is_group {
        format!("`helm {title} COMMAND --help` prints the flags of a command.")
    } else {
        "`helm --help` prints the flags that every command has.".to_owned()
    };
    let mut help = command.override_usage(usage).disable_help_subcommand(true).after_help(after).max_term_width(100);
    help.render_help().to_string()
}

/// Returns the usage line of a command, such as `helm show chart [CHART] [flags]`.
pub(super) fn usage(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    usage.trim_start_matches("Usage: ").trim().to_owned()
}
