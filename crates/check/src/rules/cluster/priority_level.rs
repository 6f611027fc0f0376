//! PriorityLevelConfigurations: how many requests of a priority are served at once.

use k8s_openapi::api::flowcontrol::v1::{
    LimitResponse, LimitedPriorityLevelConfiguration, PriorityLevelConfiguration, PriorityLevelConfigurationSpec,
    QueuingConfiguration,
};

use super::super::common::{not_negative, text, within};
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const MOST_QUEUES: i64 = 10_000_000;

/// What a hash of 60 bits can choose of a deck.
const MOST_ENTROPY: f64 = 60.0;

pub(crate) fn validate(object: &PriorityLevelConfiguration, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let empty = PriorityLevelConfigurationSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    level_type(report, &at, text(&object.metadata.name), spec);
    if let Some(exempt) = spec.exempt.as_ref().filter(|_| spec.type_ == "Exempt") {
        let shares = exempt.nominal_concurrency_shares.unwrap_or_default();
        level_shares(report, &at.field("exempt"), shares, exempt.lendable_percent.unwrap_or_default());
    }
    if let Some(limited) = spec.limited.as_ref().filter(|_| spec.type_ == "Limited") {
        limited_level(report, &at.field("limited"), limited);
    }
}

fn limited_level(report: &mut Report<'_>, at: &Path<'_>, limited: &LimitedPriorityLevelConfiguration) {
    let shares = limited.nominal_concurrency_shares.unwrap_or_default();
    level_shares(report, at, shares, limited.lendable_percent.unwrap_or_default());
    level_borrows(report, &at.field("borrowingLimitPercent"), limited.borrowing_limit_percent.unwrap_or_default());
    let empty = LimitResponse::default();
    let response = limited.limit_response.as_ref().unwrap_or(&empty);
    let at = at.field("limitResponse");
    limit_response(report, &at, response);
    if let Some(queuing) = response.queuing.as_ref().filter(|_| response.type_ == "Queue") {
        queues(report, &at.field("queuing"), queuing);
    }
}

rules!(
    /// A level is limited, and only the one called `exempt` is exempt.
    ///
    /// Source: `ValidatePriorityLevelConfigurationSpec`, pkg/apis/flowcontrol/validation/validation.go
    fn level_type(report: &mut Report<'_>, at: &Path<'_>, name: &str, spec: &PriorityLevelConfigurationSpec) {
        let kind = spec.type_.as_str();
        if (name == "exempt") != (kind == "Exempt") {
            report.error(&at.field("type"), "the level `exempt`, and only that one, is `Exempt`");
        }
        match kind {
            "Exempt" if spec.limited.is_some() => report.forbidden(&at.field("limited"), "`type` is `Exempt`"),
            "Limited" => {
                if spec.exempt.is_some() {
                    report.forbidden(&at.field("exempt"), "`type` is `Limited`");
                }
                if spec.limited.is_none() {
                    report.required(&at.field("limited"), "`type` is `Limited`");
                }
            }
            "Exempt" => {}
            _ => report.not_supported(&at.field("type"), kind, &["Exempt", "Limited"]),
        }
    },

    /// What a level has is not negative, and it lends all of it at most.
    ///
    /// Source: `ValidateLimitedPriorityLevelConfiguration`, `ValidateExemptPriorityLevelConfiguration`,
    /// pkg/apis/flowcontrol/validation/validation.go
    fn level_shares(report: &mut Report<'_>, at: &Path<'_>, shares: i32, percent: i32) {
        not_negative(report, &at.field("nominalConcurrencyShares"), shares);
        within(report, &at.field("lendablePercent"), percent, 0, 100);
    },

    /// What a level borrows is not negative.
    ///
    /// Source: `ValidateLimitedPriorityLevelConfiguration`, pkg/apis/flowcontrol/validation/validation.go
    fn level_borrows(report: &mut Report<'_>, at: &Path<'_>, percent: i32) {
        not_negative(report, at, percent);
    },

    /// What is too much is rejected or waits in queues.
    ///
    /// Source: `ValidateLimitResponse`, pkg/apis/flowcontrol/validation/validation.go
    fn limit_response(report: &mut Report<'_>, at: &Path<'_>, response: &LimitResponse) {
        match response.type_.as_str() {
            "Reject" if response.queuing.is_some() => report.forbidden(&at.field("queuing"), "`type` is `Reject`"),
            "Queue" if response.queuing.is_none() => report.required(&at.field("queuing"), "`type` is `Queue`"),
            "Reject" | "Queue" => {}
            kind => report.not_supported(&at.field("type"), kind, &["Queue", "Reject"]),
        }
    },

    /// There are queues, each of some length, and a hand of them that a hash can deal.
    ///
    /// Source: `ValidatePriorityLevelQueuingConfiguration`, pkg/apis/flowcontrol/validation/validation.go
    fn queues(report: &mut Report<'_>, at: &Path<'_>, queuing: &QueuingConfiguration) {
        // What is left out, or 0, has a default.
        let or = |count: Option<i32>, default| count.filter(|count| *count != 0).unwrap_or(default);
        let (queues, hand) = (or(queuing.queues, 64), or(queuing.hand_size, 8));
        within(report, &at.field("queueLengthLimit"), or(queuing.queue_length_limit, 50), 1, i32::MAX.into());
        within(report, &at.field("queues"), queues, 1, MOST_QUEUES);
        let at = at.field("handSize");
        if hand < 1 {
            report.error(&at, format_args!("{hand} is too few: at least 1"));
        } else if hand > queues {
            report.error(&at, format_args!("{hand} is more than the queues, {queues}"));
        } else if (f64::from(queues).log2() * f64::from(hand)).ceil() > MOST_ENTROPY {
            report.error(&at, format_args!("a hash cannot deal {hand} of {queues} queues: fewer of either"));
        }
    }
);
