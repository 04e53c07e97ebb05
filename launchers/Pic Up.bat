@echo off
rem Pic Up, Windows (double-clic) : installe le programme la premiere fois, puis pose ses questions.
rem Rien n'est installe hors du dossier du programme, et vos fichiers s'ecrivent dans ce meme dossier.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
rem Derriere le filtre d'un reseau d'entreprise aussi :
set UV_SYSTEM_CERTS=1
cd /d "%~dp0.."
if errorlevel 1 goto failed
if exist ".uv\bin\uv.exe" goto installed
where py >nul 2>nul
if errorlevel 1 goto nopython
echo Premiere fois : installation, quelques minutes, avec Internet.
py -m pip install -qq --upgrade --target .uv uv
if errorlevel 1 goto failed
:installed
if exist ".venv\Scripts\picup.exe" goto ready
".uv\bin\uv.exe" sync -q --no-dev
if errorlevel 1 goto failed
:ready
".venv\Scripts\picup.exe"
goto end
:nopython
echo Il manque Python (3.11 ou plus recent) : installez-le depuis python.org, puis recommencez.
goto end
:failed
echo Cela n'a pas marche. Lisez la ligne ci-dessus, ou montrez-la a qui vous aide.
:end
echo.
pause
endlocal
