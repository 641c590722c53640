# For the jobs in bash, which read it first: what is expected, and how to say how a case went ("ok NAME" or "FAIL NAME", a tab and why; a
# line each).

cd "$WORK" || exit

# What is expected of a file: expect REPOSITORY PATH size|sha256|commit
expect() {
    awk -F '\t' -v repository="$1" -v path="$2" -v what="$3" '
        $1 == repository && $3 == path { print what == "size" ? $4 : what == "sha256" ? $5 : $2 }' "$EXPECTED/expected.tsv"
}

fail() {
    printf '%s\n' "$*" >&2
    return 1
}

equal() {
    [ "$1" = "$2" ] || fail "$3: $1 instead of $2"
}

# same FILE REPOSITORY PATH
same() {
    equal "$(stat -c %s "$1")" "$(expect "$2" "$3" size)" "length of $3" &&
        equal "$(sha256sum <"$1" | cut -d ' ' -f 1)" "$(expect "$2" "$3" sha256)" "sha256 of $3"
}

# The value of a field of an answer's head, which is a file.
field() {
    tr -d '\r' <"$2" | sed -n "s/^$1: *//Ip"
}

# No answer may send the client elsewhere.
stays() {
    equal "$(field Location "$1")" '' Location
}

case_() {
    local name=$1 phases=$2 why folder
    shift 2
    case " $phases " in *" $PHASE "*) ;; *) return ;; esac
    folder=$(mktemp -d "$WORK/case.XXXXXX")
    if why=$(cd "$folder" && set -e && "$@" 2>&1); then
        echo "ok $name"
    else
        printf 'FAIL %s\t%s\n' "$name" "$(printf '%s' "$why" | tail -n 3 | tr '\n' ' ')"
    fi
    rm -rf "$folder"
}

always='cold warm restart stopped'
get() {
    curl -sS --fail --max-time 60 "$@"
}
