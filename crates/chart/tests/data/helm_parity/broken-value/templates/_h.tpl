{{ define "image" }}{{ .Values.image.tag.name }}{{ end }}
