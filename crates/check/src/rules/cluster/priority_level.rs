//! PriorityLevelConfigurations: how many requests of a priority level are served at once.

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

const MAX_QUEUES: i64 = 10_000_000;

/// The bits of the hash that chooses a hand of queues.
const HASH_BITS: f64 = 60.0;

pub(crate) fn validate(object: &PriorityLevelConfiguration, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let empty = PriorityLevelConfigurationSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    valid_type(report, &at, text(&object.metadata.name), spec);
    if let Some(exempt) = spec.exempt.as_ref().filter(|_| spec.type_ == "Exempt") {
        let count = exempt.nominal_concurrency_shares.unwrap_or_default();
        shares(report, &at.field("exempt"), count, exempt.lendable_percent.unwrap_or_default());
    }
    if let Some(limited) = spec.limited.as_ref().filter(|_| spec.type_ == "Limited") {
        limited_level(report, &at.field("limited"), limited);
    }
}

fn limited_level(report: &mut Report<'_>, at: &Path<'_>, limited: &LimitedPriorityLevelConfiguration) {
    let count = limited.nominal_concurrency_shares.unwrap_or_default();
    shares(report, at, count, limited.lendable_percent.unwrap_or_default());
    borrowing_limit(report, &at.field("borrowingLimitPercent"), limited.borrowing_limit_percent.unwrap_or_default());
    let empty = LimitResponse::default();
    let response = limited.limit_response.as_ref().unwrap_or(&empty);
    let at = at.field("limitResponse");
    limit_response(report, &at, response);
    if let Some(queues) = response.queuing.as_ref().filter(|_| response.type_ == "Queue") {
        queuing(report, &at.field("queuing"), queues);
    }
}

/// The area of the rules below.
const AREA: &str = "prioritylevelconfiguration";

rules!(
    /// `type` must be `Limited` with `limited`, or `Exempt` for the object named `exempt` only; the other field may
    /// not be set.
    ///
    /// Example: `spec: {type: Exempt, limited: null}`
    ///
    /// Source: `ValidatePriorityLevelConfigurationSpec`, pkg/apis/flowcontrol/validation/validation.go
    fn valid_type(report: &mut Report<'_>, at: &Path<'_>, name: &str, spec: &PriorityLevelConfigurationSpec) {
        let kind = spec.type_.as_str();
        if (name == "exempt") != (kind == "Exempt") {
            report.error(&at.field("type"), "must be `Exempt` for the object named `exempt`, and only for that one");
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

    /// `nominalConcurrencyShares` must be 0 or more, and `lendablePercent` between 0 and 100.
    ///
    /// Example: `spec: {limited: {lendablePercent: 200}}`
    ///
    /// Source: `ValidateLimitedPriorityLevelConfiguration`, `ValidateExemptPriorityLevelConfiguration`,
    /// pkg/apis/flowcontrol/validation/validation.go
    fn shares(report: &mut Report<'_>, at: &Path<'_>, shares: i32, percent: i32) {
        not_negative(report, &at.field("nominalConcurrencyShares"), shares);
        within(report, &at.field("lendablePercent"), percent, 0, 100);
    },

    /// `borrowingLimitPercent` must be 0 or more.
    ///
    /// Example: `spec: {limited: {borrowingLimitPercent: -1}}`
    ///
    /// Source: `ValidateLimitedPriorityLevelConfiguration`, pkg/apis/flowcontrol/validation/validation.go
    fn borrowing_limit(report: &mut Report<'_>, at: &Path<'_>, percent: i32) {
        not_negative(report, at, percent);
    },

    /// `limitResponse.type` must be `Queue`, with `queuing`, or `Reject`, without it.
    ///
    /// Example: `spec: {limited: {limitResponse: {type: Queue}}}`
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

    /// `queues` must be between 1 and 10000000 and `queueLengthLimit` at least 1; `handSize` must be between 1 and
    /// `queues`, and small enough for shuffle sharding with a 60-bit hash.
    ///
    /// Example: `spec: {limited: {limitResponse: {type: Queue, queuing: {queues: 4, handSize: 8}}}}`
    ///
    /// Source: `ValidatePriorityLevelQueuingConfiguration`, pkg/apis/flowcontrol/validation/validation.go
    fn queuing(report: &mut Report<'_>, at: &Path<'_>, queuing: &QueuingConfiguration) {
        // 0 is replaced by the default, like an omitted field.
        let or = |count: Option<i32>, default| count.filter(|count| *count != 0).unwrap_or(default);
        let (queues, hand) = (or(queuing.queues, 64), or(queuing.hand_size, 8));
        within(report, &at.field("queueLengthLimit"), or(queuing.queue_length_limit, 50), 1, i32::MAX.into());
        within(report, &at.field("queues"), queues, 1, MAX_QUEUES);
        let at = at.field("handSize");
        if hand < 1 {
            report.error(&at, format_args!("must be at least 1, found {hand}"));
        } else if hand > queues {
            report.error(&at, format_args!("must be at most `queues` ({queues}), found {hand}"));
        } else if (f64::from(queues).log2() * f64::from(hand)).ceil() > HASH_BITS {
            report.error(&at, format_args!("a hand of {hand} from {queues} queues needs more than 60 bits of hash: decrease `handSize` or `queues`"));
        }
    }
);
