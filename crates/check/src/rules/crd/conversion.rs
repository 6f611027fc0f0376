//! How objects of one version become objects of another.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{CustomResourceConversion, WebhookConversion};

use super::super::admission::{Service, review_versions, service_of_webhook, url_of_webhook};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(super) fn conversion(report: &mut Report<'_>, at: &Path<'_>, conversion: Option<&CustomResourceConversion>) {
    let Some(conversion) = conversion else { return };
    conversion_strategy(report, at, conversion);
    let Some(webhook) = conversion.webhook.as_ref().filter(|_| conversion.strategy == "Webhook") else { return };
    let (client, versions) = (at.field("webhook.clientConfig"), at.field("webhook.conversionReviewVersions"));
    let versions = Path::moved("spec.conversion.conversionReviewVersions", &versions);
    review_versions(report, &versions, &webhook.conversion_review_versions);
    conversion_client(report, &Path::moved("spec.conversion.webhookClientConfig", &client), webhook);
}

rules!(
    /// Versions are converted by a webhook or not at all, and only a webhook is described.
    ///
    /// Source: `validateCustomResourceConversion`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn conversion_strategy(report: &mut Report<'_>, at: &Path<'_>, conversion: &CustomResourceConversion) {
        let client = at.field("webhookClientConfig");
        match conversion.strategy.as_str() {
            "" => report.required(&at.field("strategy"), "`None` or `Webhook`"),
            strategy => report.one_of(&at.field("strategy"), strategy, &["None", "Webhook"]),
        }
        match &conversion.webhook {
            None if conversion.strategy == "Webhook" => report.required(&client, "`strategy` is `Webhook`"),
            Some(webhook) if conversion.strategy != "Webhook" => {
                let written = at.field("webhook");
                if webhook.client_config.is_some() {
                    report.error_in(&client, &written, "it may not be set: `strategy` is not `Webhook`");
                }
                if !webhook.conversion_review_versions.is_empty() {
                    let at = at.field("conversionReviewVersions");
                    report.error_in(&at, &written, "it may not be set: `strategy` is not `Webhook`");
                }
            }
            _ => {}
        }
    },

    /// A webhook that converts is reached by a URL or by a Service.
    ///
    /// Source: `validateCustomResourceConversion`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn conversion_client(report: &mut Report<'_>, at: &Path<'_>, webhook: &WebhookConversion) {
        let Some(client) = &webhook.client_config else {
            return report.required(at, "`strategy` is `Webhook`");
        };
        match (&client.url, &client.service) {
            (Some(url), None) => url_of_webhook(report, &at.field("url"), url),
            (None, Some(service)) => {
                let (name, namespace) = (&service.name, &service.namespace);
                // For conversions the server confuses the two fields.
                let fields = ["namespace", "name"];
                let service = Service { name, namespace, path: &service.path, port: service.port, fields };
                service_of_webhook(report, &at.field("service"), &service);
            }
            (None, None) => report.required(at, "`url` or `service`"),
            (Some(_), Some(_)) => report.required(at, "`url` or `service`, not both"),
        }
    }
);
