//! `helm env`: the settings that come from the environment and the global flags.

use clap::{Arg, ArgMatches, Command};

use super::{Context, Error, print};

pub(super) fn command() -> Command {
    Command::new("env")
        .about("Prints the settings that come from the environment")
        .override_usage("helm env [flags]")
        .arg(Arg::new("name").value_name("NAME").help("Print only the value of this variable"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let program = context.words.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    let mut variables = context.settings.variables(&program);
    // Helm 3 does not have it.
    variables.retain(|(name, _)| !context.release.is_v3() || *name != "HELM_CONTENT_CACHE");
    let text = match matches.get_one::<String>("name") {
        Some(name) => {
            let value = variables.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
            format!("{value}\n")
        }
        None => variables.iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect(),
    };
    print(text.as_bytes(), context)
}
