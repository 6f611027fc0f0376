{{- define "whole.yaml" }}{{ .value | toYaml }}{{ end }}
{{- define "whole.own" }}{{ .Values.own }}{{ end }}
