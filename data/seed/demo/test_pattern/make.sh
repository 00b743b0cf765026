#!/bin/sh
# Makes the test pattern a demonstration shows instead of a live picture: colour bars, a hand that turns once in 12 s, and what it is in words.
# Run here with an ffmpeg that has libx264 and libfreetype, and a font with Hanzi: FFMPEG=/path/to/ffmpeg FONT=/path/to/font sh make.sh
FONT=${FONT:-/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc}
"${FFMPEG:-ffmpeg}" -y -loglevel error \
  -f lavfi -i "smptehdbars=size=640x360:rate=12.5:duration=12" \
  -f lavfi -i "color=c=black@0:size=176x176:rate=12.5:duration=12,format=rgba,drawbox=x=86:y=8:w=4:h=82:color=white:t=fill:replace=1,rotate=a=2*PI*t/12:c=none" \
  -f lavfi -i "color=c=black:size=176x176:rate=12.5:duration=12,format=rgba,geq=r=16:g=21:b=28:a='255*lte(hypot(X-88,Y-88),86)'" \
  -filter_complex "[0]eq=saturation=0.55:brightness=-0.08[bars];[bars][2]overlay=232:120[dial];[dial][1]overlay=232:120,\
drawbox=x=0:y=20:w=640:h=84:color=0x10151c@0.92:t=fill,\
drawtext=fontfile=$FONT:text='测试图 TEST PATTERN':fontcolor=white:fontsize=34:x=(w-tw)/2:y=26,\
drawtext=fontfile=$FONT:text='演示数据 DEMO DATA · 不是实况 not a live picture':fontcolor=white:fontsize=18:x=(w-tw)/2:y=72,\
drawtext=fontfile=$FONT:text='%{eif\:mod(t\,12)+1\:d\:2} / 12 s':fontcolor=white:fontsize=20:x=(w-tw)/2:y=316:box=1:boxcolor=0x10151c@0.92:boxborderw=8,format=yuv420p" \
  -c:v libx264 -profile:v baseline -level 3.0 -preset veryslow -crf 27 -g 25 -keyint_min 25 -sc_threshold 0 -an -map_metadata -1 -bitexact \
  -f hls -hls_time 2 -hls_list_size 0 -hls_playlist_type vod -hls_segment_type fmp4 -hls_fmp4_init_filename init.mp4 \
  -hls_segment_filename "part%d.m4s" index.m3u8
