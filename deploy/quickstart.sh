#!/usr/bin/env bash
# From a fresh Debian 12 to the table of the ten sectors:
#
#   bash deploy/quickstart.sh              demonstration in ./demo
#   bash deploy/quickstart.sh --own DIR    empty registry for own data in DIR
#   bash deploy/quickstart.sh --stop [DIR] stops the server of DIR (./demo)
#
# QIANGJI_LISTEN chooses another address, QIANGJI_DATA another directory than
# ./demo, QIANGJI_BIN programs that are built already. A second run takes
# seconds. Exit status 0 when the table stands.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
  exit "$1"
}

case ${QIANGJI_LANG:-${LC_ALL:-${LANG:-}}} in
  zh*) LANGUAGE=zh ;;
  *) LANGUAGE=en ;;
esac
# tell ZH EN: one of the two, on standard output.
tell() { if [ "$LANGUAGE" = zh ]; then echo "$1"; else echo "$2"; fi; }

MODE=demo
DATA=$(realpath -m "${QIANGJI_DATA:-$ROOT/demo}")
LISTEN=${QIANGJI_LISTEN:-127.0.0.1:7443}
case ${1:-} in
  '') ;;
  --own)
    [ $# -eq 2 ] || usage 2 >&2
    MODE=own
    DATA=$(realpath -m "$2")
    # Beside the demonstration, which may be running.
    LISTEN=${QIANGJI_LISTEN:-127.0.0.1:7444}
    ;;
  --stop)
    [ $# -le 2 ] || usage 2 >&2
    MODE=stop
    [ $# -eq 2 ] && DATA=$(realpath -m "$2")
    ;;
  -h | --help) usage 0 ;;
  *) usage 2 >&2 ;;
esac
PID_FILE=$DATA/qiangjid.pid
READY_FILE=$DATA/qiangjid.ready
LOG_FILE=$DATA/qiangjid.log
BIN=${QIANGJI_BIN:-build/release/bin}

# The server's process id where it runs, else nothing.
running() {
  local pid
  [ -f "$PID_FILE" ] || return 0
  pid=$(<"$PID_FILE")
  if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = qiangjid ]; then
    echo "$pid"
  fi
}

stop() {
  local pid
  pid=$(running)
  if [ -z "$pid" ]; then
    tell "没有在运行：$DATA" "Not running: $DATA"
    return
  fi
  kill -TERM "$pid"
  while [ -d "/proc/$pid" ]; do sleep 0.1; done
  rm -f "$PID_FILE" "$READY_FILE"
  tell "已停止：$DATA" "Stopped: $DATA"
}

introduce() {
  tell "强基：登记“四基”（核心基础零部件/元器件、关键基础材料、先进基础工艺、产业技术基础），
计算各领域自主保障率，对照 2020 年 40%、2025 年 70% 的目标，指出瓶颈。" \
    "Qiangji registers the four industrial bases, computes how much of them each
sector can supply at home against the targets of 40 % (2020) and 70 % (2025),
and says what holds it back."
  if [ -z "${QIANGJI_BIN:-}" ] && [ ! -x "$BIN/qiangjid" ]; then
    tell "首次运行：安装所缺的 Debian 软件包并编译，双核约需 15–25 分钟；再次运行只需几秒。" \
      "First run: installs missing Debian packages and builds, about 15 to 25
minutes on two cores; the next run takes seconds."
  fi
}

start() {
  if [ -n "$(running)" ]; then return; fi
  mkdir -p -m 700 "$DATA"
  rm -f "$READY_FILE"
  nohup "$BIN/qiangjid" serve --data "$DATA" --listen "$LISTEN" \
    --ready-file "$READY_FILE" >>"$LOG_FILE" 2>&1 </dev/null &
  local pid=$! waited=0
  echo "$pid" >"$PID_FILE"
  while [ ! -s "$READY_FILE" ]; do
    if [ ! -d "/proc/$pid" ] || [ "$waited" -ge 600 ]; then
      rm -f "$PID_FILE"
      tail -n 5 "$LOG_FILE" >&2
      die "$(tell "服务器未能启动，见 $LOG_FILE" \
        "the server did not start, see $LOG_FILE")"
    fi
    sleep 0.1
    waited=$((waited + 1))
  done
}

cd "$ROOT"
if [ "$MODE" = stop ]; then
  stop
  exit 0
fi
introduce >&2
if [ -z "${QIANGJI_BIN:-}" ]; then
  install_missing
  build release qiangjid qiangji
fi
start
ADDRESS=$(awk '{print $1; exit}' "$READY_FILE")
export QIANGJI_SERVER=$ADDRESS
CLIENT="$BIN/qiangji"
"$CLIENT" import db/catalogue >&2

# try ZH EN COMMAND: one line to be pasted.
try() { printf '%-8s $ %s\n' "$(tell "$1" "$2")" "$3"; }
# The client's command for this server.
CALL=$CLIENT
[ "$ADDRESS" = 127.0.0.1:7443 ] || CALL="$CLIENT --server $ADDRESS"
NAMED=${DATA/#$ROOT\//}
STOP="bash deploy/quickstart.sh --stop"
[ "$NAMED" = demo ] || STOP="$STOP $NAMED"

if [ "$MODE" = own ]; then
  tell "空的登记库已就绪（目录与目标已载入）：$DATA" \
    "An empty registry with catalogue and targets is ready: $DATA"
  tell "自己的数据：按 docs/FORMATS.md 的列填写 CSV，再用 import 导入其目录。" \
    "Own data: CSV files with the columns of docs/FORMATS.md, then import."
  try "导入" "Import" "$CALL import DIRECTORY"
  try "查看" "Look" "$CALL coverage show --by sector"
  try "停止" "Stop" "$STOP"
  exit 0
fi

"$CLIENT" import db/sample >&2
"$CLIENT" coverage show --overview
try "采购" "Buy" "$CALL supply list --filter 'item_id=\"cnc-c06\" AND year=2025'"
try "分析" "Analyse" "$CALL rank --sector cnc-robotics"
try "跟踪" "Follow" "$CALL alerts list"
try "自有数据" "Own" "bash deploy/quickstart.sh --own my-data"
try "停止" "Stop" "$STOP"
