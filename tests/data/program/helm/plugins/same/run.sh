exec sed "s/name: a\$/name: a-$1-$2/"
