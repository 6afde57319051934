"""Asks for a page each ten seconds, as Prometheus does. usage: scrape.py ADDRESS"""

import sys
import time
import urllib.request

while True:
    with urllib.request.urlopen(sys.argv[1], timeout=10) as page:
        page.read()
    time.sleep(10)
