//! ValidatingWebhookConfigurations and MutatingWebhookConfigurations.

use k8s_openapi::api::admissionregistration::v1::{
    MatchCondition, MutatingWebhook, MutatingWebhookConfiguration, RuleWithOperations, ValidatingWebhook,
    ValidatingWebhookConfiguration, WebhookClientConfig,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::super::common::{duplicates, list, within};
use super::super::names::Name;
use super::super::{meta, selector};
use super::matching::{Rule, match_policy, resource_rule};
use super::{Service, client_service, client_url, conditions, review_versions};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::domain_of;

/// The fields that both kinds of webhooks have.
struct Webhook<'w> {
    name: &'w str,
    client: &'w WebhookClientConfig,
    versions: &'w [String],
    side_effects: &'w str,
    failure_policy: Option<&'w str>,
    match_policy: Option<&'w str>,
    timeout: Option<i32>,
    rules: &'w [RuleWithOperations],
    conditions: &'w [MatchCondition],
    selectors: [(&'static str, &'w Option<LabelSelector>); 2],
}

macro_rules! webhook {
    ($webhook:ident) => {
        Webhook {
            name: &$webhook.name,
            client: &$webhook.client_config,
            versions: &$webhook.admission_review_versions,
            side_effects: &$webhook.side_effects,
            failure_policy: $webhook.failure_policy.as_deref(),
            match_policy: $webhook.match_policy.as_deref(),
            timeout: $webhook.timeout_seconds,
            rules: list(&$webhook.rules),
            conditions: list(&$webhook.match_conditions),
            selectors: [
                ("namespaceSelector", &$webhook.namespace_selector),
                ("objectSelector", &$webhook.object_selector),
            ],
        }
    };
}

impl<'w> From<&'w ValidatingWebhook> for Webhook<'w> {
    fn from(webhook: &'w ValidatingWebhook) -> Self {
        webhook!(webhook)
    }
}

impl<'w> From<&'w MutatingWebhook> for Webhook<'w> {
    fn from(webhook: &'w MutatingWebhook) -> Self {
        webhook!(webhook)
    }
}

pub(crate) fn validating(object: &ValidatingWebhookConfiguration, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let webhooks = list(&object.webhooks);
    unique_webhook_names(report, webhooks.iter().map(|webhook| webhook.name.as_str()));
    let at = Path::ROOT.field("webhooks");
    for (index, each) in webhooks.iter().enumerate() {
        webhook(report, &at.index(index), &each.into());
    }
}

pub(crate) fn mutating(object: &MutatingWebhookConfiguration, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let webhooks = list(&object.webhooks);
    unique_webhook_names(report, webhooks.iter().map(|webhook| webhook.name.as_str()));
    let at = Path::ROOT.field("webhooks");
    for (index, each) in webhooks.iter().enumerate() {
        let at = at.index(index);
        webhook(report, &at, &each.into());
        if let Some(policy) = &each.reinvocation_policy {
            reinvocation_policy(report, &at.field("reinvocationPolicy"), policy);
        }
    }
}

fn unique_webhook_names<'w>(report: &mut Report<'_>, names: impl Iterator<Item = &'w str>) {
    let names: Vec<&str> = names.collect();
    let at = Path::ROOT.field("webhooks");
    let duplicates = duplicates(names.iter());
    for (index, name) in names.iter().enumerate().filter(|(index, _)| duplicates[*index]) {
        unique_names(report, &at.index(index).field("name"), name);
    }
}

fn webhook(report: &mut Report<'_>, at: &Path<'_>, webhook: &Webhook<'_>) {
    name(report, &at.field("name"), webhook.name);
    valid_fields(report, at, webhook);
    client_config(report, &at.field("clientConfig"), webhook.client);
    review_versions(report, &at.field("admissionReviewVersions"), webhook.versions);
    for (field, labels) in webhook.selectors {
        labels.iter().for_each(|labels| selector::label_selector(report, &at.field(field), labels));
    }
    let at_rules = at.field("rules");
    for (index, rule) in webhook.rules.iter().enumerate() {
        resource_rule(report, &at_rules.index(index), &Rule::of(rule));
    }
    conditions::conditions(report, &at.field("matchConditions"), webhook.conditions, false);
}

/// The area of the rules below.
const AREA: &str = "webhook";

rules!(
    /// The name of a webhook must be a domain name of at least three parts, such as `webhook.team.example.com`.
    ///
    /// Example: `webhooks: [{name: hook, clientConfig: {url: 'https://a'}, admissionReviewVersions: [v1], sideEffects: None}]`
    ///
    /// Source: `validateValidatingWebhook`, pkg/apis/admissionregistration/validation/validation.go
    fn name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            report.required(at, "a domain name such as `webhook.team.example.com`");
        } else {
            report.require(at, domain_of(name, 3));
        }
    },

    /// Webhooks of a configuration must have unique names.
    ///
    /// Source: `validateValidatingWebhookConfiguration`, pkg/apis/admissionregistration/validation/validation.go
    fn unique_names(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.duplicate(at, format_args!("the webhook {name:?}"));
    },

    /// `sideEffects` must be `None` or `NoneOnDryRun`, `failurePolicy` `Fail` or `Ignore`, and `timeoutSeconds`
    /// between 1 and 30.
    ///
    /// Example: `webhooks: [{name: a.b.c, clientConfig: {url: 'https://a'}, admissionReviewVersions: [v1], sideEffects: Some}]`
    ///
    /// Source: `validateValidatingWebhook`, pkg/apis/admissionregistration/validation/validation.go
    fn valid_fields(report: &mut Report<'_>, at: &Path<'_>, webhook: &Webhook<'_>) {
        let at_effects = at.field("sideEffects");
        match webhook.side_effects {
            "" => report.required(&at_effects, "must be `None` or `NoneOnDryRun`"),
            effects => report.one_of(&at_effects, effects, &["None", "NoneOnDryRun"]),
        }
        if let Some(policy) = webhook.failure_policy {
            report.one_of(&at.field("failurePolicy"), policy, &["Fail", "Ignore"]);
        }
        if let Some(policy) = webhook.match_policy {
            match_policy(report, &at.field("matchPolicy"), policy);
        }
        if let Some(seconds) = webhook.timeout {
            within(report, &at.field("timeoutSeconds"), seconds, 1, 30);
        }
    },

    /// `clientConfig` must set exactly one of `url` and `service`.
    ///
    /// Example: `webhooks: [{name: a.b.c, clientConfig: {}, admissionReviewVersions: [v1], sideEffects: None}]`
    ///
    /// Source: `validateValidatingWebhook`, pkg/apis/admissionregistration/validation/validation.go
    fn client_config(report: &mut Report<'_>, at: &Path<'_>, client: &WebhookClientConfig) {
        match (&client.url, &client.service) {
            (Some(url), None) => client_url(report, &at.field("url"), url),
            (None, Some(service)) => {
                let (name, namespace) = (&service.name, &service.namespace);
                let fields = ["name", "namespace"];
                let service = Service { name, namespace, path: &service.path, port: service.port, fields };
                client_service(report, &at.field("service"), &service);
            }
            (None, None) => report.required(at, "set `url` or `service`"),
            (Some(_), Some(_)) => report.required(at, "`url` and `service` are mutually exclusive"),
        }
    },

    /// `reinvocationPolicy` of a mutating webhook must be `Never` or `IfNeeded`.
    ///
    /// Source: `validateMutatingWebhook`, pkg/apis/admissionregistration/validation/validation.go
    fn reinvocation_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["IfNeeded", "Never"]);
    }
);
