//! `helm push`: uploads a chart to a registry.

use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Context, Error, flags, print};
use crate::fetch::oci;

pub(super) fn command() -> Command {
    let words = Arg::new("words")
        .value_names(["CHART", "REMOTE"])
        .required(true)
        .num_args(2..)
        .action(ArgAction::Append)
        .help("Archive of the chart, and where it goes: oci://HOST/PATH");
    Command::new("push")
        .about("Uploads a chart to a registry")
        .override_usage("helm push [chart] [remote] [flags]")
        .args(flags::connection().into_iter().filter(|flag| flag.get_id() != "pass-credentials"))
        .arg(words)
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let words = flags::texts_of(matches, "words");
    // Helm ignores further words.
    let [chart, remote, ..] = words.as_slice() else { return Err(Error::Message("no chart".to_owned())) };
    let pushed = oci::push(&context.settings, &flags::connection_of(matches), Path::new(chart), remote)?;
    print(oci::report("Pushed", &pushed.reference, &pushed.digest).as_bytes(), context)
}
