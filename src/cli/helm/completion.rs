//! `helm completion`: completion scripts for shells.

use clap::{ArgMatches, Command};
use clap_complete::Shell;

use super::{COMMANDS, Context, Error, flags, print};

const SHELLS: [(&str, Shell); 4] =
    [("bash", Shell::Bash), ("fish", Shell::Fish), ("powershell", Shell::PowerShell), ("zsh", Shell::Zsh)];

pub(super) fn command() -> Command {
    let shells = SHELLS.map(|(name, _)| {
        Command::new(name)
            .about(format!("Prints the script for {name}"))
            .override_usage(format!("helm completion {name} [flags]"))
            .arg(flags::switch("no-descriptions", "Has no effect"))
    });
    Command::new("completion").about("Prints a completion script for a shell").subcommands(shells)
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let name = matches.subcommand_name().unwrap_or_default();
    let shell = SHELLS.iter().find(|(known, _)| *known == name).map_or(Shell::Bash, |(_, shell)| *shell);
    // Hidden flags are not completed; the short name of one is another flag of `unittest`.
    let globals = flags::global().into_iter().filter(|arg| !arg.is_hide_set()).map(|arg| arg.global(true));
    let mut root = Command::new("helm")
        .args(globals)
        .disable_help_subcommand(true)
        .subcommands(COMMANDS.iter().map(|entry| (entry.command)().visible_aliases(entry.aliases)));
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut root, "helm", &mut text);
    print(&text, context)
}
